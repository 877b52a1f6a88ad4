import { Client } from 'pg';
import { createMigrator } from '../../src/db/create-migrator';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { waitUntil } from '../support/wait-until.cjs';

const name = '20261129100000-index-each-visit-by-time';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await createMigrator({ sequelize: database.sequelize }).down({ to: name });
});
afterEach(() => database.drop());

function migrateUp(): Promise<unknown> {
  return createMigrator({ sequelize: database.sequelize }).up();
}

const waitingBuilds = `
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX CONCURRENTLY%'`;

const readIndex = () =>
  database.query(`
    SELECT indisvalid AS "isValid", amname AS method FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indexrelid = to_regclass('visits_by_time')`);

it('builds the index while a visit that was begun earlier is not committed, and others are recorded', async () => {
  await database.query(`INSERT INTO visitors (username) VALUES ('ada'), ('bob')`);
  const client = new Client(database.clientConfig);
  await client.connect();
  await client.query('BEGIN; INSERT INTO visits (visitor_id) VALUES (1)');
  const migrated = migrateUp();
  await waitUntil('a build that waits', 10, async () => (await database.query(waitingBuilds)).length === 1);
  await database.query('INSERT INTO visits (visitor_id) VALUES (2)');
  await client.query('COMMIT');
  await client.end();
  await migrated;
  expect(await readIndex()).toEqual([{ isValid: true, method: 'btree' }]);
});

it('builds the index again if it was interrupted', async () => {
  await database.query('CREATE INDEX visits_by_time ON visits (visited_at)');
  await database.query(
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'visits_by_time'::regclass`,
  );
  await migrateUp();
  expect(await readIndex()).toEqual([{ isValid: true, method: 'btree' }]);
});
