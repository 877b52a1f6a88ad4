import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaStatus } from '../../src/db/read-schema-status';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const migrations = readdirSync(join(__dirname, '../../migrations'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('template0');
});
afterEach(() => database.drop());

function migrate(...args: string[]): Promise<ProgramResult> {
  return runProgram('cli/footfall.js', ['migrate', ...args], databaseEnvironment(database.name));
}

async function insertApplied(name: string): Promise<void> {
  await database.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name]);
}

async function list(command: 'pending' | 'executed'): Promise<string[]> {
  const { stdout } = await migrate(command, '--json');
  return JSON.parse(stdout) as string[];
}

it('applies all migrations, and nothing the second time', async () => {
  expect(await list('pending')).toEqual(migrations);
  const first = await migrate('up');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`applied ${migrations[0] ?? ''}`);
  expect(await list('executed')).toEqual(migrations);
  expect(await migrate('up')).toMatchObject({ code: 0, stdout: 'nothing to do\n' });
});

it('migrates up to a name or by steps, and down again', async () => {
  await migrate('up', '--to', migrations[1]!);
  expect(await list('executed')).toEqual(migrations.slice(0, 2));
  await migrate('up', '--step', '1');
  expect(await list('executed')).toEqual(migrations.slice(0, 3));
  await migrate('down');
  expect(await list('executed')).toEqual(migrations.slice(0, 2));
  expect(await migrate('down', '--to', '0')).toMatchObject({ code: 0 });
  expect(await list('executed')).toEqual([]);
});

it('lists applied, pending and unknown migrations', async () => {
  await migrate('up', '--step', '2');
  await insertApplied('20990101000000-of-a-newer-release');
  const { stdout } = await migrate('status', '--json');
  const status = JSON.parse(stdout) as SchemaStatus;
  expect(status.executed).toEqual([
    { name: migrations[0], downIsSafe: false },
    { name: migrations[1], downIsSafe: true },
  ]);
  expect(status.pending.map(({ name }) => name)).toEqual(migrations.slice(2));
  expect(status.unknown).toEqual(['20990101000000-of-a-newer-release']);
  expect((await migrate('status')).stdout).toMatch(/^applied .*\n[^]*^pending .*\n[^]*does not have\n$/m);
});

it('reverts exactly the named migrations, and refuses if a newer one would remain', async () => {
  await migrate('up', '--to', migrations[4]!);
  const [older, newer] = [migrations[3]!, migrations[4]!];
  const behind = await migrate('down', '--only', older);
  expect(behind).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(newer) });
  expect((await migrate('down', '--only', migrations[5]!)).stderr).toContain('not applied');

  const both = await migrate('down', '--only', older, newer, '--safe');
  expect(both).toMatchObject({ code: 0, stderr: '' });
  expect(both.stdout.match(/reverted .*/g)).toEqual([`reverted ${newer}`, `reverted ${older}`]);
  expect(await list('executed')).toEqual(migrations.slice(0, 3));

  await insertApplied('20990101000000-of-a-newer-release');
  const all = [['--only', migrations[2]!], ['--to', migrations[1]!], ['--to', '0'], ['--step', '2'], []];
  for (const options of all) {
    const refused = await migrate('down', ...options);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('20990101000000') });
  }
  expect((await list('executed')).slice(0, 3)).toEqual(migrations.slice(0, 3));
});

it('reverts nothing with --safe if one of them is not safe', async () => {
  await migrate('up', '--to', migrations[1]!);
  const refused = await migrate('down', '--only', migrations[0]!, migrations[1]!, '--safe');
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(migrations[0]!) });
  expect(await list('executed')).toEqual(migrations.slice(0, 2));
  expect(await migrate('down', '--only', migrations[0]!, migrations[1]!)).toMatchObject({ code: 0 });
});

it('runs concurrent migrations one after the other', async () => {
  const runs = await Promise.all([migrate('up'), migrate('up'), migrate('up')]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(runs.filter(({ stdout }) => stdout.includes('applied')).length).toBe(1);
  expect(await list('executed')).toEqual(migrations);
});

it('reports a failure in one line, with a non-zero exit code', async () => {
  const unknown = await migrate('up', '--to', 'nothing-of-that-name');
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr.trim().split('\n')).toHaveLength(1);
  expect(await list('executed')).toEqual([]);

  const unreachable = await runProgram('cli/footfall.js', ['migrate', 'up'], {
    ...databaseEnvironment(database.name),
    DB_PORT: '1',
  });
  expect(unreachable).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^footfall: .*ECONNREFUSED.*\n$/),
  });
});

it('creates the file of a new migration', async () => {
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
