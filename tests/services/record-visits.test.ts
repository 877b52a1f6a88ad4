import { createStatementRunner } from '../../src/db/create-statement-runner';
import type { BatchQueueLimits } from '../../src/services/batching/batch-queue-options';
import { createVisitRecorder } from '../../src/services/commands/recording/create-visit-recorder';
import { createTurns } from '../../src/services/commands/recording/take-turns';
import { StatementError, type RunStatement } from '../../src/shared/statement';
import { holdLocks } from '../support/hold-locks';
import { readServerMajor } from '../support/read-server-major';
import { patientMs, recordBatch } from '../support/record-batch';
import { connectTo, createTestDatabase, type TestDatabase } from '../support/test-database';

const limits: BatchQueueLimits = {
  ...{ maxInFlight: 2, maxBatch: 500, maxWaiting: 10_000 },
  ...{ waitWithinMs: 2000, answerWithinMs: 5000 },
};

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
});
afterEach(() => database.drop());

async function countVisits(): Promise<Record<string, number>> {
  const rows = await database.query<{ username: string; visits: number }>(
    'SELECT username, count(*)::int AS visits FROM visitors JOIN visits ON visitor_id = visitors.id GROUP BY username',
  );
  return Object.fromEntries(rows.map(({ username, visits }) => [username, visits]));
}

/** A runner that lists the names of its statements. */
function watch(): { run: RunStatement; names: string[] } {
  const names: string[] = [];
  return {
    names,
    run: (statement, values) => {
      names.push(statement.name ?? '');
      return run(statement, values);
    },
  };
}

it('records a batch of known names in one statement', async () => {
  await recordBatch(run, { a: 1, b: 1 });
  const watched = watch();
  const outcomes = await recordBatch(watched.run, { a: 3, b: 2 });
  expect(watched.names).toEqual(['append-visits']);
  expect(outcomes.get('a')).toMatchObject({ first: 2 });
  expect(outcomes.get('b')).toMatchObject({ first: 2 });
  expect(await countVisits()).toEqual({ a: 4, b: 3 });
});

it('records known and new names in one batch, without using ids for known names', async () => {
  await recordBatch(run, { known: 1 });
  for (let round = 0; round < 5; round += 1) await recordBatch(run, { known: 1 });
  const outcomes = await recordBatch(run, { new: 2, known: 1 });
  expect(outcomes.get('new')).toEqual({ id: '2', first: 1 });
  expect(outcomes.get('known')).toEqual({ id: '1', first: 7 });
});

// The HTTP layer refuses these names; the database must refuse them too.
const refused = ['a//b', 'c\u2065d', 'e\\f', ' g'];

it('fails only the names of a batch that the database refuses', async () => {
  await recordBatch(run, { known: 1 });
  const observed = { visits: 0, recorded: 0 };
  const recorder = createVisitRecorder(run, limits, (visits, recorded) => {
    observed.visits += visits;
    observed.recorded += recorded;
  });
  const good = Array.from({ length: 40 }, (_, index) => `new-${index}`);
  const record = (name: string): Promise<unknown> =>
    recorder.recordVisit(name).catch((error: unknown) => error);
  const bad = Promise.all([...refused, ...refused].map(record));
  const recorded = await Promise.all(['known', ...good].map(record));
  expect(recorded).toMatchObject([{ visits: 2 }, ...good.map((username) => ({ username, visits: 1 }))]);
  for (const error of await bad) expect(error).toMatchObject({ code: 'invalid-username' });
  expect(observed).toEqual({ visits: 49, recorded: 41 });
  expect(await countVisits()).toEqual({ known: 2, ...Object.fromEntries(good.map((name) => [name, 1])) });
});

it('fails the requests of a failed batch and none of the next', async () => {
  let failing = true;
  const flaky: RunStatement = (statement, values) => {
    if (!failing) return run(statement, values);
    failing = false;
    return Promise.reject(
      new StatementError('not-run', { cause: Object.assign(new Error('x'), { code: '57014' }) }),
    );
  };
  const recorder = createVisitRecorder(flaky, { ...limits, maxInFlight: 1, maxBatch: 3 });
  const visits = await Promise.allSettled(
    ['a', 'a', 'b', 'a', 'b'].map((name) => recorder.recordVisit(name)),
  );
  expect(visits.map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect((visits[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'database-unavailable' });
  expect(await countVisits()).toEqual({ a: 1, b: 1 });
});

it('refuses a visit that waits too long, and reports one under way as unknown', async () => {
  await recordBatch(run, { a: 1 });
  const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
  const times = { ...limits, maxInFlight: 1, waitWithinMs: 200, answerWithinMs: 600 };
  const recorder = createVisitRecorder(run, times, undefined, patientMs);
  let isFirstOver = false;
  const first = recorder
    .recordVisit('a')
    .catch((error: unknown) => error)
    .finally(() => (isFirstOver = true));
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const second = recorder.recordVisit('a').catch((error: unknown) => error);
  expect(await second).toMatchObject({ code: 'overloaded' });
  expect(isFirstOver).toBe(false);
  expect(await first).toMatchObject({ code: 'outcome-unknown' });
  await holder.commit();
  // The first visit was committed after all.
  expect(await recorder.recordVisit('a')).toMatchObject({ visits: 3 });
});

it('collects what arrives while a statement is under way into one batch', async () => {
  const sizes: number[] = [];
  const recorder = createVisitRecorder(run, { ...limits, maxInFlight: 1 }, (visits) => sizes.push(visits));
  const first = recorder.recordVisit('a');
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const rest = Array.from({ length: 40 }, () => recorder.recordVisit('a'));
  await Promise.all([first, ...rest]);
  expect(sizes).toEqual([1, 40]);
});

describe('while another process records the same name', () => {
  let sizes: number[];
  let watched: ReturnType<typeof watch>;
  let recorder: ReturnType<typeof createVisitRecorder>;

  beforeEach(async () => {
    sizes = [];
    watched = watch();
    const observe = (visits: number): unknown => sizes.push(visits);
    recorder = createVisitRecorder(watched.run, { ...limits, maxInFlight: 1 }, observe, patientMs);
    await recordTwo('a');
    await recordBatch(run, { a: 1 });
    await recordTwo('a');
  });

  const recordTwo = (name: string): Promise<unknown> =>
    Promise.all([recorder.recordVisit(name), recorder.recordVisit(name)]);

  const waits = (): number => watched.names.filter((name) => name === 'wait-for-turn').length;

  // Resolves when a batch of another process holds the turn and waits for the row.
  const holdTurn = async (): Promise<{ over: Promise<unknown>; letGo: () => Promise<void> }> => {
    const holder = await holdLocks(database, 'SELECT 1 FROM visit_totals FOR UPDATE');
    const others = connectTo(database.name);
    const over = recordBatch(createStatementRunner(others), { a: 3 }, 'a');
    await waitForTurns('granted');
    const letGo = async (): Promise<void> => {
      await holder.commit();
      await over;
      await others.close();
    };
    return { over, letGo };
  };

  const waitForTurns = async (state: 'granted' | 'NOT granted'): Promise<void> => {
    const turns = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND ${state}
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    for (;;) if ((await database.query(turns)).length > 0) break;
  };

  it('waits for its turn, and adds what arrives meanwhile to the batch', async () => {
    const { over, letGo } = await holdTurn();
    const visits = [recorder.recordVisit('a')];
    await waitForTurns('NOT granted');
    visits.push(recorder.recordVisit('a'), recorder.recordVisit('b'));
    expect([recorder.inFlight, recorder.waiting]).toEqual([1, 3]);
    await letGo();
    expect(await over).toEqual(new Map([['a', { id: '1', first: 6 }]]));
    expect(await Promise.all(visits)).toMatchObject([{ visits: 9 }, { visits: 10 }, { visits: 1 }]);
    expect(sizes).toEqual([2, 2, 3]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(recorder.inFlight).toBe(0);
  });

  it('makes other processes wait for the turn holder', async () => {
    const holder = await holdLocks(database, 'SELECT 1 FROM visit_totals FOR UPDATE');
    const visits = recordTwo('a');
    await waitForTurns('granted');
    let over = false;
    const turns = createTurns(run, patientMs);
    const turn = turns.waitFor('a').then(() => (over = true));
    await turns.waitFor('b');
    expect(over).toBe(false);
    await holder.commit();
    await Promise.all([visits, turn]);
  });

  it('does not delay visits to other names', async () => {
    const { letGo } = await holdTurn();
    expect(await recorder.recordVisit('c')).toMatchObject({ visits: 1 });
    expect(watched.names).not.toContain('wait-for-turn');
    await letGo();
  });

  it('stops waiting when the other process stops', async () => {
    for (let turn = 0; turn < 30; turn += 1) await recordTwo('a');
    expect(waits()).toBe(8);
  });

  it('stops waiting when its visits come one at a time', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await recorder.recordVisit('a');
      await recordBatch(run, { a: 1 });
    }
    expect(waits()).toBe(2);
  });

  it('does not wait for its turn if the way to the database is longer than a batch takes', async () => {
    const distant: RunStatement = async (statement, values) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return watched.run(statement, values);
    };
    recorder = createVisitRecorder(distant, limits);
    // Until the fastest of the batches before is forgotten.
    for (let turn = 0; turn < 25; turn += 1) {
      await recordTwo('a');
      await recordBatch(run, { a: 1 });
    }
    const before = waits();
    for (let turn = 0; turn < 5; turn += 1) {
      await recordTwo('a');
      await recordBatch(run, { a: 1 });
    }
    expect(waits()).toBe(before);
  });

  it('records without its turn if it cannot wait for it', async () => {
    const { run: runWatched } = watched;
    const flaky: RunStatement = (statement, values) => {
      if (statement.name !== 'wait-for-turn') return runWatched(statement, values);
      watched.names.push(statement.name ?? '');
      return Promise.reject(new StatementError('not-run', { cause: new Error('x') }));
    };
    recorder = createVisitRecorder(flaky, limits);
    for (const visits of [6, 9, 12]) {
      expect(await recordTwo('a')).toMatchObject([{ visits }, { visits: visits + 1 }]);
      await recordBatch(run, { a: 1 });
    }
    expect(waits()).toBe(1);
  });
});

it('numbers each visit once while some processes take turns and others do not', async () => {
  const others = connectTo(database.name);
  const watched = watch();
  const recorders = [
    createVisitRecorder(watched.run, { ...limits, maxInFlight: 1 }),
    createVisitRecorder(createStatementRunner(others), limits),
  ];
  // On a busy machine one process can be done before the other has connected, so both go on until they have met.
  const haveMet = (): boolean => watched.names.includes('wait-for-turn');
  const names = ['a', 'b'];
  await recordBatch(run, Object.fromEntries(names.map((name) => [name, 1])));
  const numbers = new Map(names.map((name) => [name, [1]]));
  const visit = async (client: number): Promise<void> => {
    for (let turn = 0; turn < 40 || !haveMet(); turn += 1) {
      const name = names[(client + turn) % 3 === 0 ? 1 : 0] ?? '';
      const { visits } = await recorders[client % 2]!.recordVisit(name);
      numbers.get(name)?.push(visits);
    }
  };
  const foreign = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors ORDER BY random()');
    }
  };
  await Promise.all([foreign(), ...Array.from({ length: 16 }, (_, client) => visit(client))]);
  const counts = await countVisits();
  for (const [name, given] of numbers) {
    expect(new Set(given).size).toBe(given.length);
    expect(counts[name]).toBe(given.length + 20);
    expect(Math.max(...given)).toBeLessThanOrEqual(given.length + 20);
  }
  await others.close();
});

it('takes no turns while no other process records its names', async () => {
  const watched = watch();
  const recorder = createVisitRecorder(watched.run, limits);
  for (const name of ['a', 'b', 'a', 'a', 'b']) await recorder.recordVisit(name);
  expect(watched.names).not.toContain('wait-for-turn');
});

it.each(['plain', 'keyed'])(
  'refuses %s visits beyond the queue limit, and does not record them',
  async (kind) => {
    const recorder = createVisitRecorder(run, { ...limits, maxInFlight: 1, maxBatch: 5, maxWaiting: 10 });
    const record = (turn: number) => recorder.recordVisit('a', kind === 'keyed' ? `key-${turn}` : undefined);
    const visits = await Promise.allSettled(Array.from({ length: 25 }, (_, turn) => record(turn)));
    const refused = visits.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBe(15);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'overloaded' });
    expect(await countVisits()).toEqual({ a: 10 });
    expect(await recorder.recordVisit('a')).toMatchObject({ visits: 11 });
  },
);

it('reports an unknown outcome when the connection is lost during a statement', async () => {
  await recordBatch(run, { a: 1 });
  const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
  const recorder = createVisitRecorder(run, limits);
  const lost = recorder.recordVisit('a').catch((error: unknown) => error);
  const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (;;) if ((await database.query(waiting)).length > 0) break;
  expect(await lost).toMatchObject({ code: 'outcome-unknown' });
  await holder.release();
  expect(await recorder.recordVisit('a')).toMatchObject({ visits: 2 });
});

it('never deadlocks when processes record the same names in different orders', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `name-${index}`);
  const others = connectTo(database.name);
  const runners = [run, createStatementRunner(others)];
  const rounds = Array.from({ length: 40 }, (_, round) => {
    const order = round % 2 === 0 ? names : [...names].reverse();
    return recordBatch(runners[round % 2]!, Object.fromEntries(order.map((name) => [name, 2])));
  });
  // Inserts from psql may come in any order, too.
  const foreign = Array.from({ length: 10 }, () =>
    database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors ORDER BY random()'),
  );
  for (const outcomes of await Promise.all(rounds)) {
    for (const outcome of outcomes.values()) expect(outcome).not.toBeInstanceOf(Error);
  }
  await Promise.all(foreign);
  await others.close();
  const drifted = await database.query(`
    SELECT visitors.id FROM visitors
    LEFT JOIN visits ON visits.visitor_id = visitors.id
    JOIN visit_totals ON visit_totals.visitor_id = visitors.id
    GROUP BY visitors.id HAVING count(visits.id) <> max(visit_totals.visits)`);
  expect(drifted).toEqual([]);
});

it('answers known names of a batch while a new name is locked', async () => {
  await recordBatch(run, { known: 1 });
  const holder = await holdLocks(database, `INSERT INTO visitors (username) VALUES ('new')`);
  const recorder = createVisitRecorder(run, limits);
  const held = recorder.recordVisit('new');
  expect(await recorder.recordVisit('known')).toMatchObject({ visits: 2 });
  expect(recorder.inFlight).toBe(1);
  await holder.commit();
  expect(await held).toMatchObject({ visits: 1 });
});

it('keeps one generic plan per connection', async () => {
  // Older servers do not count the plans.
  if ((await readServerMajor(database)) < 14) return;
  const one = connectTo(database.name, { size: 1 });
  try {
    const runOnOne = createStatementRunner(one);
    for (let turn = 0; turn < 20; turn += 1) await recordBatch(runOnOne, { a: 1 });
    const [plans] = await one.query(
      `SELECT generic_plans::int AS kept, custom_plans::int AS made FROM pg_prepared_statements WHERE name = 'append-visits'`,
    );
    expect(plans).toEqual([{ kept: 16, made: 5 }]);
  } finally {
    await one.close();
  }
});
