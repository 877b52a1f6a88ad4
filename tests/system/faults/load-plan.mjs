import { randomInt } from 'node:crypto';

/**
 * Reads the options of the fault tests from the environment.
 * - `FAULTS_LONG=1`: many rounds, and ten minutes of measuring the memory (forty minutes in all)
 * - `FAULTS_ROUNDS`: rounds of each fault
 * - `FAULTS_SEED`: seed of the random moments and names, to repeat a run
 * - `FAULTS_WRITE=1`: write the rows into docs/reliability.md
 */
export function loadPlan(environment) {
  const long = readCount(environment, 'FAULTS_LONG') !== undefined;
  const rounds = readCount(environment, 'FAULTS_ROUNDS');
  return {
    /** 0 for a fault that only a long run includes. */
    countRounds(fault) {
      const planned = fault.rounds[long ? 'long' : 'ci'];
      return planned === 0 ? 0 : (rounds ?? planned);
    },
    seed: readCount(environment, 'FAULTS_SEED') ?? randomInt(1, 1_000_000),
    write: readCount(environment, 'FAULTS_WRITE') !== undefined,
  };
}

function readCount(environment, name) {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`${name} must be a positive integer, not "${text}"`);
  return count;
}
