import { createStatementRunner } from '../../src/db/create-statement-runner';
import { startJob } from '../../src/lifecycle/start-job';
import { pruneIdempotencyKeys } from '../../src/services/commands/recording/record-visits-once';
import { StatementError } from '../../src/shared/statement';
import { holdLocks } from '../support/hold-locks';
import { startServiceOn } from '../support/test-service';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`INSERT INTO visitors (username) VALUES ('alice')`);
});
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await database.drop();
});

async function insertKeys(prefix: string, count: number, age: string): Promise<void> {
  await database.query(
    `INSERT INTO idempotency_keys (key, visitor_id, visits, created_at)
     SELECT $1 || k, (SELECT id FROM visitors), 1, now() - $3::interval FROM generate_series(1, $2) k`,
    [prefix, count, age],
  );
}

async function countKeys(): Promise<Record<string, number>> {
  const rows = await database.query<{ prefix: string; keys: number }>(
    `SELECT rtrim(key, '0123456789') AS prefix, count(*)::int AS keys FROM idempotency_keys GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ prefix, keys }) => [prefix, keys]));
}

/** Waits until the keys are as expected; fails after ten seconds. */
async function waitForPruning(expected: Record<string, number>): Promise<void> {
  const deadline = performance.now() + 10_000;
  let keys = await countKeys();
  while (JSON.stringify(keys) !== JSON.stringify(expected) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    keys = await countKeys();
  }
  expect(keys).toEqual(expected);
}

it('removes only keys older than a day, in several services at once', async () => {
  await insertKeys('old-', 5000, '25 hours');
  await insertKeys('young-', 100, '23 hours');
  const environment = { KEY_PRUNE_INTERVAL_MS: '200' };
  const services = await Promise.all([0, 1, 2].map(() => startServiceOn(database, environment)));
  await waitForPruning({ 'young-': 100 });
  // A key that becomes old later is removed too.
  await insertKeys('older-', 1, '25 hours');
  await waitForPruning({ 'young-': 100 });
  for (const service of services) expect(await service.stop()).toEqual({ failed: [] });
});

it('skips a key that is locked', async () => {
  await insertKeys('held-', 1, '25 hours');
  await insertKeys('old-', 10, '24 hours 1 minute');
  const holder = await holdLocks(database, `SELECT * FROM idempotency_keys WHERE key = 'held-1' FOR UPDATE`);
  const service = await startServiceOn(database, { KEY_PRUNE_INTERVAL_MS: '100' });
  await waitForPruning({ 'held-': 1 });
  await holder.release();
  await waitForPruning({});
  expect(await service.stop()).toEqual({ failed: [] });
});

it('continues after a failed round, and can be stopped at any time', async () => {
  await insertKeys('old-', 10, '25 hours');
  await database.query('ALTER TABLE idempotency_keys RENAME TO elsewhere');
  const run = createStatementRunner(database.sequelize);
  const failures: unknown[] = [];
  const failed = new Promise<void>((resolve) => {
    const pruning = startJob({
      work: async () => (await pruneIdempotencyKeys(run, 1000)) === 1000,
      everyMs: 50,
      report: (error) => {
        failures.push(error);
        resolve();
      },
    });
    stops.push(() => pruning.stop());
  });
  await failed;
  await database.query('ALTER TABLE elsewhere RENAME TO idempotency_keys');
  await waitForPruning({});
  expect(failures[0]).toBeInstanceOf(StatementError);
  const unstarted = await startServiceOn(database, { KEY_PRUNE_INTERVAL_MS: '600000' });
  expect(await unstarted.stop()).toEqual({ failed: [] });
});
