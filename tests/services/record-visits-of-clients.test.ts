import fc from 'fast-check';
import type { Sequelize } from 'sequelize';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createSaltStore, removeOldSalts } from '../../src/services/commands/recording/client-salts';
import {
  createVisitRecorder,
  type VisitRecorder,
} from '../../src/services/commands/recording/create-visit-recorder';
import { recordVisitsOfClients } from '../../src/services/commands/recording/record-visits-of-clients';
import { removeOldClients } from '../../src/services/commands/recording/remove-old-clients';
import type { RunStatement } from '../../src/shared/statement';
import { holdLocks } from '../support/hold-locks';
import { patientMs } from '../support/record-batch';
import { connectTo, createTestDatabase, type TestDatabase } from '../support/test-database';

const limits = {
  ...{ maxInFlight: 2, maxBatch: 500, maxWaiting: 10_000 },
  ...{ waitWithinMs: 5000, answerWithinMs: 10_000 },
};

let database: TestDatabase;
let other: Sequelize;
let runners: [RunStatement, RunStatement];
beforeEach(async () => {
  database = await createTestDatabase();
  other = connectTo(database.name);
  runners = [createStatementRunner(database.sequelize), createStatementRunner(other)];
});
afterEach(async () => {
  await other.close();
  await database.drop();
});

/** Two recorders without cached salts, each with its own pool, as two processes have. */
function createRecorders(): VisitRecorder[] {
  return runners.map((run) => createVisitRecorder(run, limits, undefined, patientMs));
}

/** Lets this much time pass for the keys, and some midnights for the salts. */
async function pass(hours: number, midnights: number): Promise<void> {
  await database.query(
    `UPDATE counted_clients SET counted_at = counted_at - make_interval(hours => $1::int)`,
    [hours],
  );
  // One after the other, the oldest first: a day is unique.
  for (let midnight = 0; midnight < midnights; midnight += 1) {
    await database.query(`UPDATE client_salts SET day = day - 10000`);
    await database.query(`UPDATE client_salts SET day = day + 9999`);
  }
}

async function countVisits(): Promise<Record<string, number>> {
  const rows = await database.query<{ username: string; logged: number; total: number }>(`
    SELECT username, count(visits.id)::int AS logged, max(visit_totals.visits)::int AS total
    FROM visitors LEFT JOIN visits ON visits.visitor_id = visitors.id
    JOIN visit_totals ON visit_totals.visitor_id = visitors.id
    GROUP BY username`);
  for (const { username, logged, total } of rows) expect([username, total]).toEqual([username, logged]);
  return Object.fromEntries(rows.map(({ username, logged }) => [username, logged]));
}

const range = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

it('counts the clients that a model counts, over two processes, windows and days', async () => {
  const visit = fc.record({
    client: fc.constantFrom('a', 'b', 'c'),
    username: fc.constantFrom('alice', 'bob'),
    hours: fc.constantFrom(1, 6, 23, 24),
    process: fc.constantFrom(0, 1),
  });
  const step = fc.record({
    visits: fc.array(visit, { minLength: 1, maxLength: 6 }),
    hours: fc.constantFrom(0, 0, 1, 5, 12, 24),
    prunes: fc.boolean(),
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      round += 1;
      const counted = new Map<string, number>();
      const totals = new Map<string, number>();
      let recorders = createRecorders();
      let now = 0;
      for (const { visits, hours, prunes } of steps) {
        const asked = visits.map((each) => ({ ...each, username: `${each.username}-${round}` }));
        const outcomes = await Promise.all(
          asked.map(({ process, ...each }) => recorders[process]!.recordVisitOnce(each)),
        );
        for (const username of new Set(asked.map((each) => each.username))) {
          const before = totals.get(username) ?? 0;
          const own = asked.filter((each) => each.username === username);
          const unseen = own.filter(({ client, hours: window }) => {
            const last = counted.get(`${client} ${username}`);
            return last === undefined || now - last >= window;
          });
          const clients = new Set(unseen.map(({ client }) => client));
          for (const client of clients) counted.set(`${client} ${username}`, now);
          const after = before + clients.size;
          totals.set(username, after);
          const answers = outcomes.filter((each) => each.username === username);
          const numbers = answers.filter(({ ignored }) => !ignored).map(({ visits: number }) => number);
          expect(numbers.sort((x, y) => x - y)).toEqual(range(after).slice(before));
          for (const { ignored, visits: number } of answers) {
            if (!ignored) continue;
            expect(number).toBeGreaterThanOrEqual(Math.max(1, before));
            expect(number).toBeLessThanOrEqual(after);
          }
        }
        const midnights = Math.floor((now + hours) / 24) - Math.floor(now / 24);
        now += hours;
        await pass(hours, midnights);
        if (prunes) {
          await removeOldClients(runners[0], 1000);
          await removeOldSalts(runners[0]);
        }
        if (midnights > 0) recorders = createRecorders();
      }
      expect(await countVisits()).toMatchObject(Object.fromEntries(totals));
    }),
    { numRuns: 40 },
  );
}, 120_000);

it('asks again with the salts of today if a day has ended by the clock of the database', async () => {
  const [run] = runners;
  await database.query(`INSERT INTO client_salts (day) VALUES ((now() AT TIME ZONE 'UTC')::date - 1)`);
  const statements: unknown[] = [];
  // The first time, this process reads its salts the day before.
  const runLate: RunStatement = async (statement, values) => {
    statements.push(statement.name);
    const isFirst = statements.filter((name) => name === 'read-client-salts').length === 1;
    if (statement.name !== 'read-client-salts' || !isFirst) return run(statement, values);
    return database.query(`SELECT day::text, salt AS current, NULL AS earlier FROM client_salts`);
  };
  const recorder = createVisitRecorder(runLate, limits);
  const visit = { client: 'a', username: 'alice', hours: 24 };
  expect(await recorder.recordVisitOnce(visit)).toMatchObject({ visits: 1 });
  expect(statements).toEqual([
    'read-client-salts',
    'record-visits-of-clients',
    'read-client-salts',
    'create-client-salt',
    'read-client-salts',
    'record-visits-of-clients',
  ]);
  expect(await createRecorders()[1]!.recordVisitOnce(visit)).toMatchObject({ visits: 1, ignored: 'once' });
});

it('rejects the keys of a day that ends while a visit waits, and creates no name', async () => {
  const [run] = runners;
  const salts = createSaltStore(run);
  const { current } = await salts.get();
  const old = {
    get: () => Promise.resolve({ day: '2020-01-01', current, earlier: undefined }),
    forget: () => undefined,
  };
  const reads: string[] = [];
  const store = {
    ...old,
    forget: () => {
      reads.push('forgotten');
      throw new Error('stop here');
    },
  };
  const visits = [{ client: 'a', username: 'alice', hours: 24 }];
  await expect(recordVisitsOfClients(run, store, visits, patientMs)).rejects.toThrow('stop here');
  expect(reads).toEqual(['forgotten']);
  expect(await countVisits()).toEqual({});
});

it('creates one salt a day, however many processes need the first', async () => {
  const stores = Array.from({ length: 20 }, (_, index) => createSaltStore(runners[index % 2]!));
  const loaded = await Promise.all(stores.map((store) => store.get()));
  expect(new Set(loaded.map(({ current }) => current.toString('hex'))).size).toBe(1);
  expect(loaded[0]!.current).toHaveLength(32);
  await pass(0, 1);
  const next = await createSaltStore(runners[0]).get();
  expect(next.earlier).toEqual(loaded[0]!.current);
  expect(next.current).not.toEqual(next.earlier);
});

it('forgets salts after two days', async () => {
  await createSaltStore(runners[0]).get();
  await pass(24, 1);
  await createSaltStore(runners[0]).get();
  await removeOldSalts(runners[0]);
  expect(await database.query('SELECT day FROM client_salts')).toHaveLength(2);
  await pass(24, 1);
  await removeOldSalts(runners[0]);
  expect(
    await database.query(`SELECT (now() AT TIME ZONE 'UTC')::date - day AS age FROM client_salts`),
  ).toEqual([{ age: 1 }]);
});

it('stores nothing about a client but its key', async () => {
  const client = '203.0.113.7\nMozilla/5.0 (X11)';
  await createRecorders()[0]!.recordVisitOnce({ client, username: 'alice', hours: 24 });
  const keys = await database.query<{ key: string }>('SELECT * FROM counted_clients');
  expect(keys).toEqual([
    {
      key: expect.stringMatching(/^[\da-f-]{36}$/),
      visitor_id: '1',
      counted_at: expect.any(Date),
    },
  ]);
});

it('counts a client again after its name was erased', async () => {
  const [recorder] = createRecorders();
  const visit = { client: 'a', username: 'alice', hours: 24 };
  await recorder!.recordVisitOnce(visit);
  await database.query('DELETE FROM visits; DELETE FROM visit_totals; DELETE FROM visitors');
  expect(await recorder!.recordVisitOnce(visit)).toMatchObject({ visits: 1 });
  expect(await recorder!.recordVisitOnce(visit)).toMatchObject({ visits: 1, ignored: 'once' });
  expect(await countVisits()).toEqual({ alice: 1 });
});

it('refuses a visit whose total is missing', async () => {
  const [recorder] = createRecorders();
  const visit = { client: 'a', username: 'alice', hours: 24 };
  await recorder!.recordVisitOnce(visit);
  await database.query('DELETE FROM visit_totals');
  for (const client of ['a', 'b']) {
    await expect(recorder!.recordVisitOnce({ ...visit, client })).rejects.toMatchObject({
      code: 'totals-missing',
    });
  }
});

it('fails only the visit that the database refuses', async () => {
  const [recorder] = createRecorders();
  const good = range(20).map((n) => recorder!.recordVisitOnce({ client: 'a', username: `n-${n}`, hours: 1 }));
  const bad = recorder!.recordVisitOnce({ client: 'a', username: 'c\u2065d', hours: 1 });
  await expect(bad).rejects.toMatchObject({ code: 'invalid-username' });
  expect(await Promise.all(good)).toMatchObject(range(20).map(() => ({ visits: 1 })));
});

it('records the free names while another transaction holds one', async () => {
  const recorder = createVisitRecorder(runners[0], limits);
  const visit = (client: string, username: string) =>
    recorder.recordVisitOnce({ client, username, hours: 24 });
  await visit('a', 'held');
  const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
  const waiting = [visit('b', 'held'), visit('b', 'held'), visit('c', 'held')];
  expect(await visit('a', 'free')).toMatchObject({ visits: 1 });
  // It needs no lock.
  expect(await visit('a', 'held')).toMatchObject({ visits: 1, ignored: 'once' });
  await holder.release();
  const answers = await Promise.all(waiting);
  expect(
    answers
      .filter(({ ignored }) => !ignored)
      .map(({ visits }) => visits)
      .sort(),
  ).toEqual([2, 3]);
  expect(await countVisits()).toEqual({ held: 3, free: 1 });
});
