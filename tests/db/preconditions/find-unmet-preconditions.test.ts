import { Client } from 'pg';
import { createStatementRunner } from '../../../src/db/create-statement-runner';
import {
  findUnmetPreconditions,
  requirePreconditions,
} from '../../../src/db/preconditions/find-unmet-preconditions';
import { databaseEnvironment } from '../../support/database-environment';
import { readServerMajor } from '../../support/read-server-major';
import { runProgram } from '../../support/run-program';
import { dropRoles, nameRole } from '../../support/service-role';
import { connectTo, createTestDatabase, type TestDatabase } from '../../support/test-database';
import { startServiceOn } from '../../support/test-service';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it.each(['server', 'database', 'migrate', 'serve'] as const)('finds nothing at stage %s', async (stage) => {
  expect(await findUnmetPreconditions(createStatementRunner(database.sequelize), stage)).toEqual([]);
});

it('finds a session whose settings a pooler has changed', async () => {
  const client = new Client(database.clientConfig);
  await client.connect();
  await client.query(`SET datestyle = 'German'; SET timezone = 'Asia/Tokyo'`);
  const run = async ({ text }: { text: string }) => (await client.query(text)).rows as never[];
  const faults = await findUnmetPreconditions(run, 'serve');
  await client.end();
  expect(faults).toEqual([
    {
      code: 'database-session',
      detail: expect.stringMatching(/: DateStyle German.*TimeZone Asia\/Tokyo\. Connect directly/),
    },
  ]);
});

it('finds names that are not in the order of code points', async () => {
  const run = createStatementRunner(database.sequelize);
  await database.query('ALTER TABLE visitors ALTER COLUMN username TYPE text COLLATE "default"');
  expect(await findUnmetPreconditions(run, 'serve')).toMatchObject([
    { code: 'database-collation', detail: expect.stringMatching(/: default\. Run ALTER TABLE/) },
  ]);
  await database.query('ALTER TABLE visitors ALTER COLUMN username TYPE text COLLATE "C"');
  expect(await findUnmetPreconditions(run, 'serve')).toEqual([]);
});

it('names code, cause and cure in one line', async () => {
  const run = () =>
    Promise.resolve([{ 'database-version': '12.4', 'database-encoding': 'LATIN1' }] as never[]);
  await expect(requirePreconditions(run, 'database')).rejects.toThrow(
    /^The server is older than PostgreSQL 13: 12\.4\. Upgrade it\. \(database-version\) The encoding .*LATIN1.*$/,
  );
});

describe.each(['LATIN1', 'SQL_ASCII'])('a database in %s', (encoding) => {
  const name = `footfall_encoding_${process.env['JEST_WORKER_ID'] ?? '1'}`;
  const environment = databaseEnvironment(name);
  beforeAll(async () => {
    await database.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    const provider = (await readServerMajor(database)) < 15 ? '' : 'LOCALE_PROVIDER libc';
    await database.query(
      `CREATE DATABASE ${name} ENCODING '${encoding}' ${provider} LOCALE 'C' TEMPLATE template0`,
    );
  });
  afterAll(() => database.query(`DROP DATABASE ${name} WITH (FORCE)`));

  it.each([[['createdb']], [['migrate', 'up']]])(
    'is refused by %j with the cure, and not changed',
    async (args) => {
      const { code, stderr } = await runProgram('cli/footfall.js', args, environment);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        new RegExp(
          `^footfall: The encoding .* UTF8: ${encoding}\\. Create another one .*\\(database-encoding\\)\\n$`,
        ),
      );
      const sequelize = connectTo(name);
      const [tables] = await sequelize.query(
        `SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
      );
      await sequelize.close();
      expect(tables).toEqual([]);
    },
  );

  it('makes a service not ready', async () => {
    const service = await startServiceOn(database, { DB_NAME: name });
    const response = await fetch(`${service.url}/-/health/ready`);
    const problem: unknown = await response.json();
    await service.stop();
    expect(problem).toMatchObject({
      status: 503,
      code: 'database-encoding',
      detail: expect.stringContaining('footfall createdb'),
    });
  });
});

describe('migrate up', () => {
  it('refuses a read-only database before it changes something', async () => {
    const { code, stderr } = await runProgram('cli/footfall.js', ['migrate', 'up'], {
      ...databaseEnvironment(database.name),
      PGOPTIONS: '-c default_transaction_read_only=on',
    });
    expect(stderr).toMatch(
      /^footfall: The database is read-only: a read-only session\. .*\(database-read-only\)\n$/,
    );
    expect(code).toBe(1);
  });

  it('refuses a role that does not own the tables', async () => {
    const role = nameRole('visitor');
    await dropRoles(database, role);
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const { code, stderr } = await runProgram('cli/footfall.js', ['migrate', 'up'], {
      ...databaseEnvironment(database.name),
      DB_USERNAME: role,
      DB_PASSWORD: 'secret',
    });
    await dropRoles(database, role);
    expect(stderr).toMatch(
      /^footfall: The role lacks privileges: .*DB_OWNER_USERNAME.*\(database-privileges\)\n$/,
    );
    expect(code).toBe(1);
  });
});

describe('sequences behind their tables', () => {
  const refused =
    /^footfall: A sequence is behind its table, so new rows are refused: public\.visitors_id_seq is behind public\.visitors\.id, public\.visits_id_seq is behind public\.visits\.id\. Correct it with "footfall totals rebuild"\. \(database-sequences\)\n$/;
  let restored: TestDatabase;
  beforeEach(async () => {
    restored = await createTestDatabase();
    await restored.query(`INSERT INTO visitors (id, username) VALUES (7, 'a')`);
    await restored.query('INSERT INTO visits (id, visitor_id) VALUES (1, 7), (2, 7)');
  });
  afterEach(() => restored.drop());

  it.each([[['createdb']], [['migrate', 'up']]])(
    'are refused by %j with the cure, until then',
    async (args) => {
      const environment = databaseEnvironment(restored.name);
      const run = (words: string[]) => runProgram('cli/footfall.js', words, environment);
      const first = await run(args);
      expect(first.stderr).toMatch(refused);
      expect(first.code).toBe(1);
      expect(await run(['totals', 'rebuild'])).toMatchObject({ code: 0 });
      expect(await run(args)).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('stop a migration before it changes something, and are mended on an older schema', async () => {
    const environment = databaseEnvironment(restored.name);
    const run = (words: string[]) => runProgram('cli/footfall.js', words, environment);
    await run(['migrate', 'down', '--to', '20261128120000-create-visit-counts']);
    const before = (await run(['migrate', 'executed'])).stdout;
    expect((await run(['migrate', 'up'])).stderr).toMatch(refused);
    expect((await run(['migrate', 'executed'])).stdout).toBe(before);
    await run(['totals', 'rebuild']);
    expect(await run(['migrate', 'up'])).toMatchObject({ code: 0, stderr: '' });
  });
});
