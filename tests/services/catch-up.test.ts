import { createStatementRunner } from '../../src/db/create-statement-runner';
import { catchUp } from '../../src/services/commands/rolling/catch-up';
import type { RunStatement } from '../../src/shared/statement';
import { holdLocks } from '../support/hold-locks';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`INSERT INTO visitors (username) VALUES ('a')`);
});
afterEach(() => database.drop());

it('ends with what the log held at its start, though visits are recorded before every pass', async () => {
  await database.query('INSERT INTO visits (visitor_id) SELECT 1 FROM generate_series(1, 1000)');
  const run = createStatementRunner(database.sequelize);
  let statements = 0;
  const runUnderLoad: RunStatement = async (statement, values) => {
    statements += 1;
    if (statements > 50) throw new Error('it does not end');
    await database.query('INSERT INTO visits (visitor_id) VALUES (1)');
    return run(statement, values);
  };
  expect(await catchUp(runUnderLoad)).toBe(true);
  const [rolled] = await database.query<{ visits: number }>(
    'SELECT sum(visits)::int AS visits FROM visit_counts_of_all WHERE grain = 0',
  );
  expect(rolled?.visits).toBeGreaterThanOrEqual(1000);
});

it('gives up while a transaction that writes visits stays open, though new names arrive', async () => {
  const open = await holdLocks(database, 'INSERT INTO visits (visitor_id) VALUES (1)');
  const run = createStatementRunner(database.sequelize);
  let names = 0;
  const runWithNewNames: RunStatement = async (statement, values) => {
    names += 1;
    if (names > 100) throw new Error('it does not end');
    await database.query('INSERT INTO visitors (username) VALUES ($1)', [`new-${names}`]);
    return run(statement, values);
  };
  expect(await catchUp(runWithNewNames, 300)).toBe(false);
  await open.release();
});
