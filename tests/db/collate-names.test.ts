import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { createMigrator, type Migrator } from '../../src/db/create-migrator';
import { recordOnAnySchema } from '../support/record-on-any-schema';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { findDrift } from '../support/transfer';
import { waitUntil } from '../support/wait-until.cjs';

const previous = '20261125110000-let-triggers-write-totals';

let database: TestDatabase;
let migrator: Migrator;
beforeEach(async () => {
  database = await createTestDatabase();
  migrator = createMigrator({ sequelize: database.sequelize });
});
afterEach(() => database.drop());

const collations = `
  SELECT indexrelid::regclass::text AS index, indisunique AS is_unique, collname AS collation
  FROM pg_index JOIN pg_collation ON pg_collation.oid = indcollation[0]
  WHERE indrelid = 'visitors'::regclass AND indkey[0] = 2
  UNION ALL SELECT '', false, collname FROM pg_attribute JOIN pg_collation ON pg_collation.oid = attcollation
  WHERE attrelid = 'visitors'::regclass AND attname = 'username' ORDER BY 1`;

it('orders names by code point in the column and in every index', async () => {
  expect(await database.query(collations)).toEqual([
    { index: '', is_unique: false, collation: 'C' },
    { index: 'visitors_username_key', is_unique: true, collation: 'C' },
    { index: 'visitors_username_prefix', is_unique: false, collation: 'C' },
  ]);
  const client = new Client(database.clientConfig);
  await client.connect();
  await client.query('SET enable_seqscan = off');
  const { rows } = await client.query(`EXPLAIN SELECT id FROM visitors WHERE username = 'a'::text`);
  await client.end();
  expect(JSON.stringify(rows)).toMatch(/Index Cond: \(username = 'a'::text\)/);
});

it('validates the checks and refuses every space at an end', async () => {
  expect(await database.query('SELECT conname FROM pg_constraint WHERE NOT convalidated')).toEqual([]);
  for (const space of [' ', '\u00a0', '\u2003', '\u3000']) {
    await expect(
      database.query('INSERT INTO visitors (username) VALUES ($1)', [`a${space}`]),
    ).rejects.toMatchObject({ constraint: 'visitors_username_trimmed' });
  }
});

it('rewrites neither the table nor the index of the search', async () => {
  await restorePreviousSchema();
  const readFiles = () =>
    database.query(
      `SELECT relname, relfilenode::text FROM pg_class WHERE relname IN ('visitors', 'visitors_username_prefix') ORDER BY 1`,
    );
  const before = await readFiles();
  await migrator.up();
  expect(await readFiles()).toEqual(before);
});

it('migrates and reverts while names are recorded and created, without a failure', async () => {
  await restorePreviousSchema();
  const stopping = new AbortController();
  const numbers: number[] = [];
  let created = 0;
  const record = async (): Promise<void> => {
    for (; !stopping.signal.aborted; created += 1) {
      numbers.push(await recordOnAnySchema(database, ['known', `new-${created}`]));
    }
  };
  const recording = record();
  const recordOnce = (): Promise<unknown> => {
    const before = created;
    return waitUntil('a visit', 30, () => created > before);
  };
  for (let round = 0; round < 3; round += 1) {
    await migrator.up();
    await recordOnce();
    await migrator.down({ step: 3 });
    await recordOnce();
  }
  stopping.abort();
  await recording;
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(await findDrift(database)).toEqual([]);
});

/** Applies the migrations of the release before to the empty database. */
async function restorePreviousSchema(): Promise<void> {
  await migrator.down({ to: 0 });
  await migrator.up({ to: previous });
  expect(await database.query(collations)).toContainEqual({
    index: 'visitors_username_key',
    is_unique: true,
    collation: 'default',
  });
}

/** Leaves the index on names in an order that the database no longer uses, as another C library does. */
async function changeOrder(): Promise<void> {
  await restorePreviousSchema();
  await database.query(`ALTER TABLE visitors ALTER COLUMN username TYPE text COLLATE "en-x-icu"`);
  await database.query(
    `INSERT INTO visitors (username) SELECT chr(65 + n % 2 * 32 + n % 26) || n FROM generate_series(1, 500) AS n`,
  );
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors');
  await database.query(`INSERT INTO balance_imports (source) VALUES ('old.csv')`);
  await database.query('INSERT INTO opening_balances SELECT 1, id, 10 FROM visitors');
  await database.query(`
    UPDATE pg_index SET indcollation = '100' WHERE indexrelid = 'visitors_username_key'::regclass;
    UPDATE pg_attribute SET attcollation = 100 WHERE attname = 'username'
      AND attrelid IN ('visitors'::regclass, 'visitors_username_key'::regclass);
    DELETE FROM pg_depend WHERE refclassid = 'pg_collation'::regclass AND refobjid = '"en-x-icu"'::regcollation`);
}

it('names the visitors that exist twice, changes nothing, and migrates after they were merged', async () => {
  await changeOrder();
  await database.query(`
    INSERT INTO visitors (username) SELECT username FROM visitors ORDER BY id ON CONFLICT (username) DO NOTHING`);
  const repeated = await database.query<{ username: string; ids: string }>(`
    SELECT username COLLATE "C" AS username, string_agg(id::text, ', ' ORDER BY id) AS ids
    FROM visitors GROUP BY 1 HAVING count(*) > 1 ORDER BY min(id)`);
  expect(repeated.length).toBeGreaterThan(20);
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors');
  const visits = 500 + 500 + repeated.length;

  const described = await database.query(collations);
  const [{ username, ids }] = repeated as [{ username: string; ids: string }];
  const failure = migrator.up();
  await expect(failure).rejects.toThrow(`"${username}" has the ids ${ids}; `);
  await expect(failure).rejects.toThrow(/Names that exist twice.* Names: \d+$/s);
  expect(await database.query(collations)).toEqual(described);

  await database.query(readRecipe());
  expect(await database.query('SELECT count(*)::int AS n FROM visitors')).toEqual([{ n: 500 }]);
  await migrator.up();
  expect(await findDrift(database)).toEqual([]);
  expect(await database.query('SELECT sum(visits)::int AS n FROM visit_totals')).toEqual([
    { n: visits + 5000 },
  ]);
});

/** The statements of the documentation. */
function readRecipe(): string {
  const document = readFileSync(join(__dirname, '../../docs/database.md'), 'utf8');
  return /## Names that exist twice[\s\S]*?```sql\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
}
