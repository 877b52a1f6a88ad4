import { Client } from 'pg';
import { copyDatabase, countRows } from '../../src/db/copy-database';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { findDrift } from '../support/transfer';

let source: TestDatabase;
let target: TestDatabase;
beforeEach(async () => {
  source = await createTestDatabase();
  target = await createTestDatabase(undefined, '_copy');
  await source.query(`INSERT INTO visitors (username) VALUES ('a'), ('müller'), ('never')`);
  await source.query(`INSERT INTO visits (visitor_id, visited_at)
    SELECT 1 + i % 2, timestamptz '2026-03-29 00:00:00.123456+00' + i * interval '7 minutes' FROM generate_series(1, 500) AS i`);
  await source.query('SELECT roll_up_visits(1000)');
  await source.query(`INSERT INTO visits (visitor_id) VALUES (1)`);
  // A gap, as a transaction leaves it that was rolled back.
  await source.query(`SELECT nextval('visits_id_seq')`);
  // What the target has already is replaced.
  await target.query(`INSERT INTO visitors (username) VALUES ('other')`);
});
afterEach(async () => {
  await source.drop();
  await target.drop();
});

async function copy(added: number[] = []) {
  const clients = [new Client(source.clientConfig), new Client(target.clientConfig)] as const;
  await Promise.all(clients.map((client) => client.connect()));
  try {
    const rows = await countRows(clients[0]);
    return { counted: rows, ...(await copyDatabase(...clients, (sent) => added.push(sent))) };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function readAll(database: TestDatabase): Promise<Record<string, unknown>> {
  const tables = await database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const contents = tables.map(async ({ name }) => [
    name,
    await database.query(`SELECT to_jsonb(r)::text AS row FROM ${name} AS r ORDER BY 1`),
  ]);
  const sequences = await database.query(
    'SELECT sequencename, last_value FROM pg_sequences ORDER BY sequencename',
  );
  return { ...Object.fromEntries(await Promise.all(contents)), sequences };
}

it('copies every row and sequence, and tells how many rows it sent', async () => {
  const added: number[] = [];
  const { counted, rows, tables } = await copy(added);
  expect(await readAll(target)).toEqual(await readAll(source));
  expect(await findDrift(target)).toEqual([]);
  expect({ sent: added.reduce((sum, each) => sum + each, 0), rows }).toEqual({
    sent: counted,
    rows: counted,
  });
  expect(rows).toBeGreaterThan(500);
  expect(tables).toBeGreaterThan(15);
});

it('lets the next visit go on where the source was', async () => {
  await copy();
  const append = `INSERT INTO visits (visitor_id) VALUES (1) RETURNING id`;
  expect(await target.query(append)).toEqual(await source.query(append));
});

it('refuses a database with another table, and changes nothing', async () => {
  await source.query('CREATE TABLE notes (id int)');
  await expect(copy()).rejects.toThrow('notes (id)');
  expect(await target.query('SELECT username FROM visitors')).toEqual([{ username: 'other' }]);
});
