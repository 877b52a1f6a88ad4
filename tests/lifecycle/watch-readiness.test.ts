import { databaseEnvironment } from '../support/database-environment';
import { dropRoles, nameRole } from '../support/service-role';
import { startProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const role = nameRole('watched');
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await dropRoles(database, role);
  await database.query(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'other'`);
});
afterAll(async () => {
  await dropRoles(database, role);
  await database.drop();
});

it('logs once why it is not ready, once when the reason changes, and once when it is ready', async () => {
  const program = startProgram('main.js', [], {
    PORT: '0',
    ...databaseEnvironment(database.name),
    DB_USERNAME: role,
    DB_PASSWORD: 'secret',
  });
  const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
  const askReady = async () => (await fetch(`${url}/-/health/ready`)).status;
  const listLines = (pattern: RegExp) =>
    program
      .output()
      .split('\n')
      .filter((line) => pattern.test(line));

  for (let times = 0; times < 5; times += 1) expect(await askReady()).toBe(503);
  expect(listLines(/"code":"database-password-wrong"/).length).toBeGreaterThanOrEqual(1);
  expect(listLines(/"level":40,.*refused the password\. Correct DB_USERNAME and DB_PASSWORD/)).toHaveLength(
    1,
  );

  await database.query(`ALTER ROLE ${role} PASSWORD 'secret' NOSUPERUSER`);
  for (let times = 0; times < 5; times += 1) expect(await askReady()).toBe(503);
  expect(listLines(/"level":40,.*The role lacks privileges/)).toHaveLength(1);

  await database.query(`ALTER ROLE ${role} SUPERUSER`);
  // Without a request: the service checks by itself.
  await program.waitFor(/"level":30,.*"after":"database-privileges".*"ready again"/);
  for (let times = 0; times < 3; times += 1) expect(await askReady()).toBe(200);
  expect(listLines(/ready again/)).toHaveLength(1);
  program.child.kill('SIGTERM');
  const { code, stdout } = await program.result;
  expect(code).toBe(0);
  expect(stdout).not.toContain('secret');
});

it('logs why visits fail, although nobody asks whether it is ready', async () => {
  await database.query(`ALTER ROLE ${role} PASSWORD 'secret'`);
  const program = startProgram('main.js', [], {
    PORT: '0',
    ...databaseEnvironment(database.name),
    DB_USERNAME: role,
    DB_PASSWORD: 'secret',
  });
  const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
  await database.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
  await database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
  // At most one check in five seconds is made for visits that fail.
  await new Promise((resolve) => setTimeout(resolve, 5100));
  await fetch(`${url}/alice`);
  await program.waitFor(/"level":40,.*"code":"database-read-only".*The database is read-only/);
  program.child.kill('SIGTERM');
  expect((await program.result).code).toBe(0);
});
