import { createMigrator, type Migrator } from '../../src/db/create-migrator';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const migration = '20261128130000-allow-paths-in-names';

let database: TestDatabase;
let migrator: Migrator;
beforeEach(async () => {
  database = await createTestDatabase();
  migrator = createMigrator({ sequelize: database.sequelize });
});
afterEach(() => database.drop());

const create = (name: string) => database.query('INSERT INTO visitors (username) VALUES ($1)', [name]);
const listNotValidated = () =>
  database.query(
    `SELECT conname::text FROM pg_constraint WHERE conrelid = 'visitors'::regclass AND NOT convalidated ORDER BY 1`,
  );

it('keeps names that the new rule refuses, and validates the checks that they meet', async () => {
  await migrator.down({ to: migration });
  await create('\u3164');
  await create('ok');
  await migrator.up();
  expect(await listNotValidated()).toEqual([{ conname: 'visitors_username_characters' }]);
  await expect(create('\u2800')).rejects.toMatchObject({ constraint: 'visitors_username_characters' });
  await create('owner/repo');
});

it('validates every check if all names meet the new rule', async () => {
  await migrator.down({ to: migration });
  await create('日本語 ok');
  await migrator.up();
  expect(await listNotValidated()).toEqual([]);
});

it('keeps long names and paths when it is reverted, and refuses new ones again', async () => {
  const names = ['owner/repo', 'x'.repeat(255), 'علی‌رضا'];
  for (const name of names) await create(name);
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors');
  await migrator.down({ to: migration });
  const totals = `SELECT username, visits::int FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY id`;
  expect(await database.query(totals)).toEqual(names.map((username) => ({ username, visits: 1 })));
  for (const name of ['a/b', 'x'.repeat(81)])
    await expect(create(name)).rejects.toMatchObject({ code: '23514' });
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors');
  await migrator.up();
  expect(await database.query(totals)).toEqual(names.map((username) => ({ username, visits: 2 })));
  expect(await listNotValidated()).toEqual([]);
});
