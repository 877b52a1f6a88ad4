import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { faults } from './faults.mjs';

/** Reads the words after `npm run test:faults --`; a mistake ends the process with its explanation. */
export function parsePlan(argv) {
  const { long, rounds, only, seed, write } = new Command('test:faults')
    .description(
      'Break the service, its database and the path between them under load, and count afterwards.',
    )
    .option('--long', 'many rounds, and ten minutes of watching the memory (forty minutes in all)')
    .option('--rounds <count>', 'so many rounds of each', parseCount)
    .addOption(new Option('--only <fault...>', 'only these faults').choices(faults.map(({ name }) => name)))
    .option(
      '--seed <number>',
      'of the random moments and names; printed, so that a run can be repeated',
      parseCount,
    )
    .option('--write', 'write the rows into docs/reliability.md')
    .parse(argv, { from: 'user' })
    .opts();
  return {
    faults: faults.filter(({ name, rounds: { ci } }) => (only ? only.includes(name) : long || ci > 0)),
    countRounds: (fault) => rounds ?? (long ? fault.rounds.long : Math.max(fault.rounds.ci, 1)),
    seed: seed ?? randomInt(1, 1_000_000),
    write: write === true,
  };
}

function parseCount(text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('It is no whole number from 1 on.');
  return count;
}
