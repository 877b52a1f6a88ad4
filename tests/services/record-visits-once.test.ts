import { setTimeout as wait } from 'node:timers/promises';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createVisitRecorder } from '../../src/services/commands/recording/create-visit-recorder';
import { recordVisitsOnce } from '../../src/services/commands/recording/record-visits-once';
import type { ObserveBatch } from '../../src/services/commands/recording/recording-context';
import type { RunStatement } from '../../src/shared/statement';
import { holdLocks } from '../support/hold-locks';
import { startServiceOn } from '../support/test-service';
import { patientMs, recordBatch } from '../support/record-batch';
import { databaseEnvironment } from '../support/database-environment';
import { startReplyCutter } from '../support/reply-cutter';
import { startProgram, type RunningProgram } from '../support/run-program';
import { readServerAddress } from '../support/server-address';
import { connectTo, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
const programs: RunningProgram[] = [];
afterEach(async () => {
  // They still run after a failed test.
  for (const { child } of programs.splice(0)) child.kill('SIGKILL');
  await database.drop();
});

interface Answer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: { readonly visits: number; readonly code?: string };
}

async function visit(url: string, name: string, key: string): Promise<Answer> {
  const response = await fetch(`${url}/${name}`, { headers: { 'Idempotency-Key': key } });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, replayed: response.headers.has('idempotent-replayed'), body };
}

/** Counts each name's visits in the log; fails if a total differs. */
async function countVisits(): Promise<Record<string, number>> {
  const rows = await database.query<{ username: string; logged: number; total: number }>(`
    SELECT username, count(visits.id)::int AS logged, max(visit_totals.visits)::int AS total
    FROM visitors
    LEFT JOIN visits ON visits.visitor_id = visitors.id
    JOIN visit_totals ON visit_totals.visitor_id = visitors.id
    GROUP BY username`);
  for (const { username, logged, total } of rows) expect([username, total]).toEqual([username, logged]);
  return Object.fromEntries(rows.map(({ username, logged }) => [username, logged]));
}

async function startProcesses(count: number): Promise<{ program: RunningProgram; url: string }[]> {
  const started = Array.from({ length: count }, () =>
    startProgram('main.js', [], { ...databaseEnvironment(database.name), PORT: '0' }),
  );
  programs.push(...started);
  return Promise.all(
    started.map(async (program) => {
      const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
      await fetch(`${url}/-/health/ready`);
      return { program, url };
    }),
  );
}

it('records a visit once when its key arrives at two processes at once', async () => {
  const processes = await startProcesses(2);
  const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
  const answers = await Promise.all(
    keys.map((key) => Promise.all(processes.map(({ url }) => visit(url, `name-${key.length}`, key)))),
  );
  for (const pair of answers) {
    expect(pair.map(({ status }) => status)).toEqual([200, 200]);
    expect(pair[0]!.body).toEqual(pair[1]!.body);
    expect(pair.filter(({ replayed }) => replayed)).toHaveLength(1);
  }
  expect(await countVisits()).toEqual({ 'name-5': 10, 'name-6': 90 });
  for (const { program } of processes) program.child.kill('SIGTERM');
  for (const { program } of processes) expect((await program.result).code).toBe(0);
});

it('records a visit once when the first of two processes is killed', async () => {
  const [first, second] = await startProcesses(2);
  const keys = Array.from({ length: 100 }, (_, index) => `killed-${index}`);
  const asked = keys.map((key) => visit(first!.url, 'alice', key).catch(() => undefined));
  // By now some are answered, some are under way, and most have not begun.
  await Promise.race(asked);
  first!.program.child.kill('SIGKILL');
  const known = await Promise.all(asked);
  const repeated = await Promise.all(keys.map((key) => visit(second!.url, 'alice', key)));
  known.forEach((answer, index) => {
    if (answer?.status === 200) expect(repeated[index]).toMatchObject({ replayed: true, body: answer.body });
  });
  const numbers = repeated.map(({ body }) => body.visits).sort((a, b) => a - b);
  expect(numbers).toEqual(keys.map((_, index) => index + 1));
  expect(await countVisits()).toEqual({ alice: 100 });
  second!.program.child.kill('SIGTERM');
  await second!.program.result;
});

it('answers a retry after an unknown outcome with the number of the lost answer', async () => {
  const cutter = await startReplyCutter(readServerAddress());
  const service = await startServiceOn(database, {
    DB_HOST: '127.0.0.1',
    DB_PORT: String(cutter.port),
    // The jobs would open another connection, which would be cut.
    KEY_PRUNE_INTERVAL_MS: '600000',
    ROLL_UP_INTERVAL_MS: '600000',
  });
  try {
    for (const round of [1, 2, 3, 4, 5]) {
      expect((await visit(service.url, 'alice', `sound-${round}`)).status).toBe(200);
      // Until the process has told the others of it, by a statement that would be cut as well.
      await wait(600);
      cutter.cut();
      const lost = await visit(service.url, 'alice', `lost-${round}`);
      expect([lost.status, lost.body.code]).toEqual([503, 'outcome-unknown']);
      cutter.heal();
      // The visit was committed, although its answer was lost.
      const repeat = await visit(service.url, 'alice', `lost-${round}`);
      expect(repeat).toMatchObject({ status: 200, replayed: true, body: { visits: 2 * round } });
    }
    expect(await countVisits()).toEqual({ alice: 10 });
  } finally {
    await service.stop();
    await cutter.close();
  }
});

it('records a retry if the statement with an unknown outcome was rolled back', async () => {
  const service = await startServiceOn(database);
  try {
    await visit(service.url, 'alice', 'before');
    const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
    const lost = visit(service.url, 'alice', 'ended');
    const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (;;) if ((await database.query(waiting)).length > 0) break;
    expect((await lost).body.code).toBe('outcome-unknown');
    await holder.release();
    expect(await visit(service.url, 'alice', 'ended')).toMatchObject({
      replayed: false,
      body: { visits: 2 },
    });
    expect(await countVisits()).toEqual({ alice: 2 });
  } finally {
    await service.stop();
  }
});

it('refuses keyed visits that wait too long, and neither records them nor delays others', async () => {
  const service = await startServiceOn(database);
  try {
    await visit(service.url, 'alice', 'before');
    const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
    const blocked = visit(service.url, 'alice', 'blocked');
    const waiting = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (;;) if ((await database.query(waiting)).length > 0) break;
    expect(await visit(service.url, 'carol', 'c-1')).toMatchObject({ status: 200, body: { visits: 1 } });
    expect(await visit(service.url, 'carol', 'c-2')).toMatchObject({ status: 200, body: { visits: 2 } });
    expect((await fetch(`${service.url}/bob`)).status).toBe(200);
    expect(await blocked).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    const late = visit(service.url, 'alice', 'late');
    await holder.release();
    expect((await late).body.visits).toBe(2);
    expect(await visit(service.url, 'alice', 'blocked')).toMatchObject({
      replayed: false,
      body: { visits: 3 },
    });
  } finally {
    await service.stop();
  }
});

it('refuses a visit whose total is missing', async () => {
  const service = await startServiceOn(database);
  try {
    await visit(service.url, 'alice', 'before');
    await database.query('DELETE FROM visit_totals');
    const answer = await visit(service.url, 'alice', 'after');
    expect([answer.status, answer.body.code]).toEqual([503, 'totals-missing']);
    expect((await visit(service.url, 'alice', 'before')).body.visits).toBe(1);
  } finally {
    await service.stop();
  }
});

describe('a batch', () => {
  const limits = {
    ...{ maxInFlight: 1, maxBatch: 500, maxWaiting: 10_000 },
    ...{ waitWithinMs: 5000, answerWithinMs: 10_000 },
  };
  const createKeyedRecorder = (
    runner: RunStatement,
    observe?: ObserveBatch,
    times = {},
    lockTimeoutMs?: number,
  ) => {
    const recorder = createVisitRecorder(runner, { ...limits, ...times }, observe, lockTimeoutMs);
    return (key: string, username: string) => recorder.recordVisit(username, key);
  };
  let run: RunStatement;
  beforeEach(() => {
    run = createStatementRunner(database.sequelize);
  });

  it('collects what arrives while a statement is under way into one statement', async () => {
    const sizes: number[] = [];
    const record = createKeyedRecorder(run, (visits) => sizes.push(visits));
    const first = record('a-0', 'alice');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const rest = Array.from({ length: 150 }, (_, index) => record(`a-${index + 1}`, 'alice'));
    // The same key twice at once is in one batch.
    const twice = record('a-1', 'alice');
    const numbers = (await Promise.all([first, ...rest])).map(({ visits }) => visits);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 151 }, (_, index) => index + 1));
    expect(await twice).toMatchObject({ replayed: true, visits: (await rest[0]!).visits });
    expect(sizes).toEqual([1, 100, 50]);
    expect(await countVisits()).toEqual({ alice: 151 });
  });

  it('counts none of a failed batch as recorded', async () => {
    const observed: number[][] = [];
    const fail = () => Promise.reject(new Error('no database'));
    const record = createKeyedRecorder(fail, (...figures) => observed.push(figures));
    const outcomes = await Promise.allSettled([record('a', 'alice'), record('b', 'bob')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(observed).toEqual([[2, 0]]);
  });

  it('fails only the requests that the database refuses', async () => {
    await recordBatch(run, { known: 1 });
    const record = createKeyedRecorder(run);
    const bad = ['a//b', 'c\u2065d'].map((name) =>
      record(`key-${name.length}-${name.charCodeAt(1)}`, name).catch((error: unknown) => error),
    );
    const good = ['known', ...Array.from({ length: 40 }, (_, index) => `new-${index}`)];
    const recorded = await Promise.all(good.map((username) => record(`key-${username}`, username)));
    expect(recorded).toMatchObject(good.map((username) => ({ username, replayed: false })));
    for (const error of await Promise.all(bad)) expect(error).toMatchObject({ code: 'invalid-username' });
    expect(await countVisits()).toEqual({
      ...Object.fromEntries(good.map((name) => [name, 1])),
      known: 2,
    });
  });

  it('answers each request with the outcome of its own key', async () => {
    await recordVisitsOnce(run, [{ key: 'known', username: 'alice' }], patientMs);
    const visits = [
      { key: 'z', username: 'new' },
      { key: 'known', username: 'alice' },
      { key: 'known', username: 'mallory' },
      { key: 'a', username: 'new' },
      { key: 'z', username: 'new' },
      { key: 'a', username: 'alice' },
    ];
    const outcomes = await recordVisitsOnce(run, visits, patientMs);
    expect(outcomes).toMatchObject([
      { username: 'new', visits: 2, replayed: false },
      { username: 'alice', visits: 1, replayed: true },
      { code: 'idempotency-key-reused' },
      { username: 'new', visits: 1, replayed: false },
      { username: 'new', visits: 2, replayed: true },
      { code: 'idempotency-key-reused' },
    ]);
    expect(await countVisits()).toEqual({ alice: 1, new: 2 });
  });

  it('never deadlocks with batches of the same keys and names, visits without a key, or psql', async () => {
    const others = connectTo(database.name);
    const runners = [run, createStatementRunner(others)];
    const names = Array.from({ length: 20 }, (_, index) => `name-${index}`);
    const rounds = Array.from({ length: 30 }, async (_, round) => {
      const runner = runners[round % 2]!;
      const order = round % 3 === 0 ? names : [...names].reverse();
      // Each key is in two rounds, in different orders and from different pools.
      const keyed = order.map((username) => ({ key: `${Math.floor(round / 2)}-${username}`, username }));
      await recordBatch(runner, Object.fromEntries(order.map((username) => [username, 1])));
      return recordVisitsOnce(runner, keyed, patientMs);
    });
    const foreign = Array.from({ length: 10 }, () =>
      database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors ORDER BY random()'),
    );
    const outcomes = (await Promise.all(rounds)).flat();
    await Promise.all(foreign);
    await others.close();
    expect(outcomes.filter((outcome) => outcome instanceof Error)).toEqual([]);
    expect(outcomes.filter((outcome) => outcome && 'replayed' in outcome && outcome.replayed)).toHaveLength(
      15 * 20,
    );
    await countVisits();
  });

  it('has an unknown outcome when the database is silent for too long', async () => {
    const record = createKeyedRecorder(run, undefined, { waitWithinMs: 200, answerWithinMs: 400 }, patientMs);
    await record('before', 'alice');
    const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
    const doubtful = expect(record('doubtful', 'alice')).rejects.toMatchObject({ code: 'outcome-unknown' });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const late = expect(record('late', 'alice')).rejects.toMatchObject({ code: 'overloaded' });
    const fillers = Promise.allSettled(
      Array.from({ length: 999 }, (_, index) => record(`f-${index}`, 'bob')),
    );
    await expect(record('too-many', 'alice')).rejects.toMatchObject({ code: 'overloaded' });
    await Promise.all([late, doubtful, fillers]);
    await holder.release();
    expect(await record('doubtful', 'alice')).toMatchObject({ replayed: true, visits: 2 });
    expect(await countVisits()).toEqual({ alice: 2 });
  });
});
