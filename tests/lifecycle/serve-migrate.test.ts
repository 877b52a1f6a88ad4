import { listMigrations } from '../../src/db/list-migrations';
import { databaseEnvironment } from '../support/database-environment';
import { startProgram, type RunningProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const serving = /"url":"(http:[^"]+)"/;
const migrations = listMigrations().map(({ name }) => name);

let database: TestDatabase;
let programs: RunningProgram[];
beforeEach(async () => {
  database = await createTestDatabase('template0');
  programs = [];
});
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ result }) => result));
  await database.drop();
});

function serve(environment: Record<string, string> = {}, ...options: string[]): RunningProgram {
  const settings = { ...databaseEnvironment(database.name), PORT: '0', ...environment };
  const program = startProgram('cli/footfall.js', ['serve', ...options], settings);
  programs.push(program);
  return program;
}

async function visit(program: RunningProgram): Promise<number> {
  const [, url = ''] = await program.waitFor(serving);
  const response = await fetch(`${url}/alice`);
  return ((await response.json()) as { visits: number }).visits;
}

it('applies all migrations before it serves, and none the second time', async () => {
  const first = serve({}, '--migrate');
  expect(await visit(first)).toBe(1);
  first.child.kill('SIGTERM');
  expect(await first.result).toMatchObject({ code: 0, stderr: '' });
  const log = first.output();
  expect(log.indexOf(`applied ${migrations.at(-1)!}`)).toBeGreaterThan(0);
  expect(log.indexOf(`applied ${migrations.at(-1)!}`)).toBeLessThan(log.indexOf('"serving"'));

  const second = serve({}, '--migrate');
  expect(await visit(second)).toBe(2);
  expect(second.output()).toContain('nothing to do');
  expect(second.output()).not.toContain('applied ');
});

it('applies each migration once when three processes start at the same time', async () => {
  const started = [serve({}, '--migrate'), serve({}, '--migrate'), serve({}, '--migrate')];
  const numbers = await Promise.all(started.map(visit));
  expect(numbers.sort()).toEqual([1, 2, 3]);
  const applied = started.flatMap((program) => program.output().match(/(?<="applied )[^"]+/g) ?? []);
  expect(applied.sort()).toEqual(migrations);
});

it('leaves an external database alone without the option', async () => {
  const program = serve();
  await program.waitFor(serving);
  expect(program.output()).toContain('migrations-pending');
  expect(await database.query(`SELECT to_regclass('visits') AS visits`)).toEqual([{ visits: null }]);
});

it('ends with 1 and one line that says why when a migration fails', async () => {
  await database.query('CREATE TABLE visits ()');
  const { code, stderr } = await serve({}, '--migrate').result;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^footfall: The migrations were not applied: .*"visits" already exists.*\n$/);

  const refused = await serve({ DB_PASSWORD: 'wrong' }, '--migrate').result;
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^footfall: The migrations were not applied: .*Correct DB_USERNAME.*\n$/);
});

it('finishes a migration under way when it is told to stop, and then ends with 0', async () => {
  const program = serve({}, '--migrate');
  await program.waitFor(/applying /);
  program.child.kill('SIGTERM');
  expect(await program.result).toMatchObject({ code: 0, stderr: '' });
  const [row] = await database.query<{ applied: string }>(
    'SELECT count(*) AS applied FROM schema_migrations',
  );
  expect(Number(row?.applied)).toBe(migrations.length);
});
