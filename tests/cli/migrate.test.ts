import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const migrations = readdirSync(join(__dirname, '../../migrations')).map((file) => file.replace(/\.ts$/, ''));

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('template0');
});
afterEach(() => database.drop());

function migrate(...args: string[]): Promise<ProgramResult> {
  return runProgram('cli/migrate.js', args, databaseEnvironment(database.name));
}

async function list(command: 'pending' | 'executed'): Promise<string[]> {
  const { stdout } = await migrate(command, '--json');
  return JSON.parse(stdout) as string[];
}

it('applies everything, and a second time nothing', async () => {
  expect(await list('pending')).toEqual(migrations);
  const first = await migrate('up');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`applied ${migrations[0] ?? ''}`);
  expect(await list('executed')).toEqual(migrations);
  expect(await migrate('up')).toMatchObject({ code: 0, stdout: 'nothing to do\n' });
});

it('goes up to a name or by a number of steps, and down again', async () => {
  await migrate('up', '--to', migrations[1]!);
  expect(await list('executed')).toEqual(migrations.slice(0, 2));
  await migrate('up', '--step', '1');
  expect(await list('executed')).toEqual(migrations.slice(0, 3));
  await migrate('down');
  expect(await list('executed')).toEqual(migrations.slice(0, 2));
  expect(await migrate('down', '--to', '0')).toMatchObject({ code: 0 });
  expect(await list('executed')).toEqual([]);
});

it('lets two runners take turns', async () => {
  const runs = await Promise.all([migrate('up'), migrate('up'), migrate('up')]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(runs.filter(({ stdout }) => stdout.includes('applied')).length).toBe(1);
  expect(await list('executed')).toEqual(migrations);
});

it('says in one line what went wrong, with a non-zero code', async () => {
  const unknown = await migrate('up', '--to', 'nothing-of-that-name');
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr.trim().split('\n')).toHaveLength(1);
  expect(await list('executed')).toEqual([]);

  const unreachable = await runProgram('cli/migrate.js', ['up'], {
    ...databaseEnvironment(database.name),
    DB_PORT: '1',
  });
  expect(unreachable).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^migrate: .*ECONNREFUSED.*\n$/),
  });
});

it('writes the file of a new migration, which then is one', async () => {
  const { stdout } = await migrate('create', 'add-nothing-to-visits');
  const path = stdout.replace('created ', '').trim();
  try {
    expect(path).toMatch(/^migrations\/\d{14}-add-nothing-to-visits\.ts$/);
    expect(readFileSync(path, 'utf8')).toContain('export const migration: Migration');
  } finally {
    rmSync(path);
  }
  expect((await migrate('create', 'Nonsense')).code).not.toBe(0);
});
