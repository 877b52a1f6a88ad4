import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createVisitLedger } from '../support/visit-ledger.mjs';
import { createRandom } from './support/compiled.mjs';
import { createEnvironment } from './support/create-environment.mjs';
import { createResponseCheck, startFaultLoad } from './support/fault-load.mjs';

/**
 * Runs all rounds of one fault in an environment of its own. Each round: load, the fault at a random moment, recovery,
 * load again; then the ledger is compared with the counts.
 * @returns the row of the table
 * @throws at the first round that breaks the promise
 */
export async function runFault(fault, { rounds, seed, externalServer, report }) {
  const ledger = createVisitLedger();
  const responses = createResponseCheck(fault);
  const environment = await createEnvironment({ name: fault.name, ...fault.needs }, externalServer);
  let recovery = 0;
  let counted = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const context = { environment, ledger, responses, report, random: createRandom(seed * 1000 + round) };
      const loadRandom = createRandom(seed + round);
      const createKey = fault.retries ? randomUUID : undefined;
      const load = startFaultLoad(environment.urls, {
        ...context,
        random: loadRandom,
        label: round,
        createKey,
      });
      try {
        await load.waitForAnswers(300);
        await wait(context.random() * 300);
        recovery = Math.max(recovery, await fault.inject(context));
        await load.waitForAnswers(300);
      } finally {
        await load.stop();
      }
      counted = await checkCounts(fault, context);
      report(`${fault.name} ${round}/${rounds}: ${summarise(context)}`);
    }
  } catch (error) {
    const lines = environment.service.readLog().split('\n');
    const log = lines
      .slice(-5)
      .map((line) => line.slice(0, 300))
      .join('\n');
    throw new Error(`${error.message}\nseed ${seed}; the last lines of the service's log:\n${log}`, {
      cause: error.cause,
    });
  } finally {
    await environment.remove();
  }
  const { refused, longestMs } = responses.result;
  return { fault, rounds, ...ledger.sum(), counted, recovery, refused, longestMs, seed };
}

async function checkCounts(fault, { environment, ledger, responses }) {
  const listing = await environment.readCounts();
  const counted = await ledger.check((name) => listing.get(name) ?? 0);
  const { answered } = ledger.sum();
  if (fault.isExact && counted !== answered) {
    throw new Error(`${counted - answered} visits were counted but not answered with a number`);
  }
  const { errors } = responses.result;
  if (errors.length > 0)
    throw new Error(`${errors.length} wrong responses:\n${errors.slice(0, 8).join('\n')}`);
  return counted;
}

function summarise({ ledger, responses }) {
  const { requested, answered, unknown } = ledger.sum();
  const { refused, lost, longestMs } = responses.result;
  const longest = `longest ${(longestMs / 1000).toFixed(1)} s`;
  return `${answered} of ${requested} answered, ${unknown} unknown, ${refused} refused, ${lost} lost, ${longest}`;
}
