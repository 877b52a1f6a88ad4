import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMigrator } from '../../src/db/create-migrator';
import { listMigrations } from '../../src/db/list-migrations';
import { readSchemaStatus } from '../../src/db/read-schema-status';
import { holdLocks } from '../support/hold-locks';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const totals = `SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = visitors.id ORDER BY username`;

/** The schema in the system catalog: columns, constraints, indexes, triggers and functions. */
async function describeSchema(): Promise<unknown> {
  return database.query(`
    SELECT 'column' AS kind, table_name || '.' || column_name AS name,
           concat_ws(' ', data_type, is_nullable, column_default, is_identity) AS definition
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY kind, name`);
}

it('migrates up, down and up again with data in the tables', async () => {
  const migrator = createMigrator({ sequelize: database.sequelize });
  const before = await describeSchema();
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('never')`);
  await database.query(
    `INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, id) WHERE username <> 'never'`,
  );
  const counted = await database.query(totals);

  // Revert all but the log, then apply again: the totals are rebuilt from the log.
  const [first] = await migrator.executed();
  const later = (await migrator.executed()).slice(1);
  await migrator.down({ to: later[0]!.name });
  expect((await migrator.executed()).map(({ name }) => name)).toEqual([first!.name]);
  expect(await database.query('SELECT count(*)::int AS n FROM visits')).toEqual([{ n: 3 }]);
  await migrator.up();
  expect(await database.query(totals)).toEqual(counted);
  expect(await describeSchema()).toEqual(before);

  await migrator.down({ to: 0 });
  expect(await database.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).toEqual([
    { tablename: 'schema_migrations' },
  ]);
  await migrator.up();
  expect(await describeSchema()).toEqual(before);
});

it('states for each migration whether its revert is safe', async () => {
  const marks = await Promise.all(
    listMigrations().map(async ({ name, load }) => [name, (await load()).downIsSafe] as const),
  );
  expect(marks.filter(([, mark]) => typeof mark !== 'boolean')).toEqual([]);
  expect(Object.fromEntries(marks)['20261124100000-create-visitors-and-visits']).toBe(false);
});

it('keeps every visit when safe migrations are reverted', async () => {
  const migrator = createMigrator({ sequelize: database.sequelize });
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b')`);
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, 3)');
  const log = `SELECT visits.id, visited_at, username FROM visits
    JOIN visitors ON visitors.id = visitor_id ORDER BY visits.id`;
  const recorded = await database.query(log);
  const { executed } = await readSchemaStatus(database.sequelize);
  for (const { name, downIsSafe } of [...executed].reverse()) {
    await migrator.down({ migrations: [name] });
    if (downIsSafe) expect(await database.query(log)).toEqual(recorded);
  }
});

it('gives every table a primary key and every foreign key an index', async () => {
  const keyless = await database.query(`
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)`);
  expect(keyless).toEqual([]);
  const unindexed = await database.query(`
    SELECT conname FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])`);
  expect(unindexed).toEqual([]);
});

it('checks user names in the database too', async () => {
  for (const name of [
    '',
    '.',
    '..',
    '-',
    'a//b',
    '-/a',
    '\u3164',
    '\u0301',
    'a\\b',
    ' a',
    'a ',
    'a\u202eb',
    'a\u0007',
    'e\u0301',
    'a'.repeat(256),
  ]) {
    await expect(database.query('INSERT INTO visitors (username) VALUES ($1)', [name])).rejects.toMatchObject(
      {
        code: '23514',
      },
    );
  }
  await database.query('INSERT INTO visitors (username) VALUES ($1)', ['日本語/علی‌رضا']);
});

it('rolls back and does not record a migration that fails midway', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-migrations-'));
  try {
    writeFileSync(
      join(folder, '20990101000000-fail-half-way.js'),
      `exports.migration = {
        up: async ({ run }) => { await run('CREATE TABLE half (id int PRIMARY KEY)'); await run('SELECT nonsense'); },
        down: async () => {},
      };`,
    );
    const migrator = createMigrator({ sequelize: database.sequelize, folder });
    await expect(migrator.up()).rejects.toThrow(/nonsense/);
    expect(await database.query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    expect(await migrator.pending()).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ['up', 'ROW EXCLUSIVE'],
  ['down', 'ACCESS SHARE'],
] as const)(
  'migrates %s without ending statements that lock the tables in another order',
  async (way, wanted) => {
    const migrator = createMigrator({ sequelize: database.sequelize });
    const [, totalsMigration, next] = (await migrator.executed()).map(({ name }) => name);
    await migrator.down({ to: way === 'up' ? totalsMigration! : next! });

    // Locks the log first and the visitors later, as an insert does.
    const writer = await holdLocks(database, 'LOCK TABLE visits IN ROW EXCLUSIVE MODE');
    const migrated = way === 'up' ? migrator.up() : migrator.down();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await writer.query(`LOCK TABLE visitors IN ${wanted} MODE`);
    await writer.commit();
    await migrated;
  },
);
