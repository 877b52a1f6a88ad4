import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { openVisitBooks } from '../support/visit-books.mjs';
import { createRandom } from './support/compiled.mjs';
import { createJudge, startFaultLoad } from './support/fault-load.mjs';
import { openStage } from './support/stage.mjs';

/**
 * Runs all rounds of one fault on a stage of its own. Each round: load, the fault at a random moment, recovery, load
 * again, and then the books are held against what is counted.
 * @returns the row of the table
 * @throws at the first round that does not hold what is promised
 */
export async function runFault(fault, { rounds, seed, ownServer, report }) {
  const books = openVisitBooks();
  const judge = createJudge(fault);
  const stage = await openStage({ name: fault.name, ...fault.needs }, ownServer);
  let recovery = 0;
  let counted = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const context = { stage, books, judge, report, random: createRandom(seed * 1000 + round) };
      const loadRandom = createRandom(seed + round);
      const createKey = fault.retries ? randomUUID : undefined;
      const load = startFaultLoad(stage.url, { ...context, random: loadRandom, label: round, createKey });
      try {
        await load.waitForAnswers(300);
        await wait(context.random() * 300);
        recovery = Math.max(recovery, await fault.strike(context));
        await load.waitForAnswers(300);
      } finally {
        await load.stop();
      }
      counted = await settle(fault, context);
      report(`${fault.name} ${round}/${rounds}: ${describe(context)}`);
    }
  } catch (error) {
    const lines = stage.service.readLog().split('\n');
    const log = lines
      .slice(-5)
      .map((line) => line.slice(0, 300))
      .join('\n');
    throw new Error(`${error.message}\nseed ${seed}; the service said last:\n${log}`, { cause: error.cause });
  } finally {
    await stage.close();
  }
  const { asked, answered, unknown } = books.sum();
  const { refused, longest } = judge.verdict;
  return { fault, rounds, asked, answered, counted, unknown, recovery, refused, longest, seed };
}

async function settle(fault, { stage, books, judge }) {
  const listing = await stage.readCounted();
  const counted = await books.check((name) => listing.get(name) ?? 0);
  const { answered } = books.sum();
  if (fault.isExact && counted !== answered) {
    throw new Error(`${counted - answered} visits were counted without an answer that says so`);
  }
  const { faults } = judge.verdict;
  if (faults.length > 0)
    throw new Error(`${faults.length} answers were wrong:\n${faults.slice(0, 8).join('\n')}`);
  return counted;
}

function describe({ books, judge }) {
  const { asked, answered, unknown } = books.sum();
  const { refused, cut, longest } = judge.verdict;
  const longestText = `longest ${(longest / 1000).toFixed(1)} s`;
  return `${answered} of ${asked} answered, ${unknown} unknown, ${refused} refused, ${cut} cut, ${longestText}`;
}
