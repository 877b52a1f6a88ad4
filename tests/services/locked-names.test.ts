import { createStatementRunner } from '../../src/db/create-statement-runner';
import type { BatchQueueLimits } from '../../src/services/batching/batch-queue-options';
import {
  createVisitRecorder,
  type VisitRecorder,
} from '../../src/services/commands/recording/create-visit-recorder';
import type { RecordedVisit } from '../../src/services/commands/recording/record-visits-once';
import { holdLocks, type HeldLocks } from '../support/hold-locks';
import { recordBatch } from '../support/record-batch';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { findDrift } from '../support/transfer';

const limits: BatchQueueLimits = {
  ...{ maxInFlight: 1, maxBatch: 500, maxWaiting: 10_000 },
  ...{ waitWithinMs: 2000, answerWithinMs: 5000 },
};
// The wait for a lock is 200 ms. The rest is for a busy machine.
const soonMs = 1000;

let database: TestDatabase;
let recorder: VisitRecorder;
let others: HeldLocks[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  const run = createStatementRunner(database.sequelize);
  await recordBatch(run, { held: 1, also: 1, free: 1 });
  recorder = createVisitRecorder(run, limits);
});
afterEach(async () => {
  await Promise.all(others.map((each) => each.release()));
  others = [];
  await database.drop();
});

async function hold(sql: string): Promise<HeldLocks> {
  const locks = await holdLocks(database, sql);
  others.push(locks);
  return locks;
}

const lockTotal = (name: string): string =>
  `SELECT FROM visit_totals JOIN visitors ON id = visitor_id WHERE username = '${name}' FOR UPDATE OF visit_totals`;

/** Visits a name until `stop`, by several clients. Returns the answers, and the longest wait for one. */
function visitAllTheTime(name: string, clients: number, isKeyed: boolean) {
  const answers: (RecordedVisit | Error)[] = [];
  let isOver = false;
  let longestMs = 0;
  const going = Array.from({ length: clients }, async (_, client) => {
    for (let turn = 0; !isOver; turn += 1) {
      const startedAt = performance.now();
      const key = isKeyed ? `${name}-${client}-${turn}` : undefined;
      answers.push(await recorder.recordVisit(name, key).catch((error: unknown) => error as Error));
      longestMs = Math.max(longestMs, performance.now() - startedAt);
    }
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(going);
      const recorded = answers.filter((answer): answer is RecordedVisit => !(answer instanceof Error));
      const errors = answers.filter((answer) => answer instanceof Error);
      return { numbers: recorded.map(({ visits }) => visits).sort((a, b) => a - b), errors, longestMs };
    },
  };
}

/** Measures until `stop` how long the machine itself stands still, since a visit waits for that as well. */
function watchMachine() {
  const end = new AbortController();
  const watching = (async () => {
    let longestMs = 0;
    while (!end.signal.aborted) {
      const startedAt = performance.now();
      await database.sequelize.query('SELECT 1');
      longestMs = Math.max(longestMs, performance.now() - startedAt);
    }
    return longestMs;
  })();
  return {
    stop(): Promise<number> {
      end.abort();
      return watching;
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const from = (first: number, numbers: readonly number[]): number[] =>
  numbers.map((_, index) => first + index);

const cases = [
  ['a locked total', lockTotal('held'), 2],
  ['a locked visitor', `SELECT FROM visitors WHERE username = 'held' FOR UPDATE`, 2],
  ['a new name that another transaction creates', `INSERT INTO visitors (username) VALUES ('created')`, 1],
] as const;

describe.each([
  ['plain', false],
  ['keyed', true],
] as const)('%s visits', (_, isKeyed) => {
  it.each(cases)('to other names go on while %s stops one', async (_, sql, first) => {
    const name = first === 1 ? 'created' : 'held';
    const locks = await hold(sql);
    const held = visitAllTheTime(name, 20, isKeyed);
    const free = visitAllTheTime('free', 5, isKeyed);
    const fresh = visitAllTheTime('fresh', 1, isKeyed);
    const machine = watchMachine();
    await pause(1500);
    const freely = await free.stop();
    const freshly = await fresh.stop();
    const stillMs = await machine.stop();
    await locks.release();
    const waited = await held.stop();

    for (const { errors, longestMs } of [freely, freshly]) {
      expect(errors).toEqual([]);
      expect(longestMs).toBeLessThan(soonMs + stillMs);
    }
    expect(freely.numbers.length).toBeGreaterThan(20);
    expect(freely.numbers).toEqual(from(2, freely.numbers));
    expect(freshly.numbers).toEqual(from(1, freshly.numbers));
    expect(waited.errors).toEqual([]);
    expect(waited.longestMs).toBeGreaterThan(1400);
    expect(waited.numbers).toEqual(from(first, waited.numbers));
    expect(await findDrift(database)).toEqual([]);
  });

  it('to a name that stays locked are refused and not recorded', async () => {
    const locks = await hold(lockTotal('held'));
    const record = (turn: number) => recorder.recordVisit('held', isKeyed ? `k-${turn}` : undefined);
    const startedAt = performance.now();
    const refused = await Promise.allSettled([record(1), record(2)]);
    expect(performance.now() - startedAt).toBeLessThan(limits.answerWithinMs);
    for (const each of refused) expect(each).toMatchObject({ reason: { code: 'overloaded' } });
    await locks.release();
    expect(await record(3)).toMatchObject({ visits: 2 });
  });
});

it('records one held name while another stays held', async () => {
  const locks = await hold(lockTotal('held'));
  await hold(lockTotal('also'));
  const held = recorder.recordVisit('held');
  const also = recorder.recordVisit('also').catch((error: unknown) => error);
  await pause(500);
  const machine = watchMachine();
  await locks.release();
  const releasedAt = performance.now();
  expect(await held).toMatchObject({ visits: 2 });
  const tookMs = performance.now() - releasedAt;
  expect(tookMs).toBeLessThan(soonMs + (await machine.stop()));
  expect(await also).toMatchObject({ code: 'overloaded' });
});

it('keeps names that are used all the time by another writer going', async () => {
  // Longer than a batch waits for a lock, and locked again as soon as it is free.
  const end = new AbortController();
  const writer = (async () => {
    while (!end.signal.aborted) {
      const locks = await holdLocks(database, lockTotal('held'));
      await pause(300);
      await locks.release();
    }
  })();
  const held = visitAllTheTime('held', 10, false);
  await pause(3000);
  const { errors, numbers } = await held.stop();
  end.abort();
  await writer;
  expect(errors).toEqual([]);
  expect(numbers).toEqual(from(2, numbers));
});

it('records what a key stands for when its name was held', async () => {
  const locks = await hold(lockTotal('held'));
  const waiting = [recorder.recordVisit('held', 'one'), recorder.recordVisit('held', 'one')];
  await pause(300);
  await locks.release();
  const answers = await Promise.all(waiting);
  expect(answers.map(({ visits }) => visits)).toEqual([2, 2]);
  expect(answers.map(({ replayed }) => replayed)).toEqual([false, true]);
});

it('refuses a held name without a total', async () => {
  const locks = await hold(
    `DELETE FROM visit_totals USING visitors WHERE id = visitor_id AND username = 'held'`,
  );
  const plain = recorder.recordVisit('held').catch((error: unknown) => error);
  const keyed = recorder.recordVisit('held', 'one').catch((error: unknown) => error);
  await pause(400);
  await locks.commit();
  for (const error of [await plain, await keyed]) expect(error).toMatchObject({ code: 'totals-missing' });
  expect(await recorder.recordVisit('free')).toMatchObject({ visits: 2 });
});

const meanwhile = [
  [
    'a name that becomes an alias',
    ['former', 'present'],
    `INSERT INTO visitors (username) VALUES ('former');
     UPDATE visitors SET username = 'present' WHERE username = 'former';
     INSERT INTO visitor_aliases SELECT 'former', id FROM visitors WHERE username = 'present'`,
  ],
  [
    'a visitor that is erased',
    ['held', 'held'],
    `DELETE FROM visit_totals USING visitors WHERE id = visitor_id AND username = 'held';
     DELETE FROM visits USING visitors WHERE visitors.id = visitor_id AND username = 'held';
     DELETE FROM visitors WHERE username = 'held'`,
  ],
] as const;

// A batch waits 200 ms for a lock.
describe.each([100, 500])('after %i ms', (ms) => {
  it.each(meanwhile)('records visits to %s', async (_, [username, present], sql) => {
    const locks = await hold(sql);
    const visits = [
      recorder.recordVisit(username),
      recorder.recordVisit(username, 'key'),
      recorder.recordVisitOnce({ username, client: 'client', hours: 1 }),
    ];
    await pause(ms);
    await locks.commit();
    const answers = await Promise.all(visits);
    expect(answers.map((answer) => answer.visits).sort()).toEqual([1, 2, 3]);
    for (const answer of answers) expect(answer).not.toHaveProperty('ignored');
    expect(await recorder.recordVisit(present)).toMatchObject({ visits: 4, id: answers[0]?.id });
    expect(await findDrift(database)).toEqual([]);
  });
});
