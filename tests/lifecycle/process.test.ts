import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killPostmaster } from '../embedded-postgres/support/scratch';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, startProgram, type RunningProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { waitUntil } from '../support/wait-until.cjs';

const serving = /"url":"(http:[^"]+)"/;

async function start(environment: Record<string, string>): Promise<{ program: RunningProgram; url: string }> {
  const program = startProgram('main.js', [], { PORT: '0', ...environment });
  const [, url = ''] = await program.waitFor(serving);
  return { program, url };
}

async function visit(url: string): Promise<number> {
  const response = await fetch(`${url}/alice`);
  return ((await response.json()) as { visits: number }).visits;
}

describe('with the embedded PostgreSQL', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'footfall-process-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps its data after a stop and after SIGKILL, and prints its URL', async () => {
    const first = await start({ DATA_DIR: folder });
    await first.program.waitFor(/curl http.*\/alice/);
    expect(await visit(first.url)).toBe(1);
    first.program.child.kill('SIGTERM');
    expect(await first.program.result).toMatchObject({ code: 0, stderr: '' });

    const second = await start({ DATA_DIR: folder });
    expect(await visit(second.url)).toBe(2);
    second.program.child.kill('SIGKILL');
    await second.program.result;

    const third = await start({ DATA_DIR: folder });
    expect(await visit(third.url)).toBe(3);
    third.program.child.kill('SIGINT');
    expect((await third.program.result).code).toBe(0);
  });

  it.each(['SIGHUP', 'SIGTERM'] as const)(
    'stops its PostgreSQL on %s, even while it starts',
    async (signal) => {
      const pidFile = join(folder, 'postgres', 'postmaster.pid');
      const program = startProgram('main.js', [], { PORT: '0', DATA_DIR: folder });
      await waitUntil('a PostgreSQL that starts', 60, () => existsSync(pidFile));
      program.child.kill(signal);
      expect(await program.result).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync(pidFile)).toBe(false);
    },
  );

  it('continues after its PostgreSQL was killed', async () => {
    const { program, url } = await start({ DATA_DIR: folder });
    expect(await visit(url)).toBe(1);
    killPostmaster(folder);
    await program.waitFor(/SIGKILL.*the embedded PostgreSQL was started again/);
    expect(await visit(url)).toBe(2);
    program.child.kill('SIGTERM');
    expect(await program.result).toMatchObject({ code: 0, stderr: '' });
  });

  it('refuses data or a port in use, with one line', async () => {
    const { program, url } = await start({ DATA_DIR: folder });
    const second = await runProgram('main.js', [], { DATA_DIR: folder, PORT: '0' });
    expect(second.code).toBe(1);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.stderr).toMatch(/^footfall: .*in use/i);

    const other = mkdtempSync(join(tmpdir(), 'footfall-process-'));
    const taken = await runProgram('main.js', [], { DATA_DIR: other, PORT: new URL(url).port });
    rmSync(other, { recursive: true, force: true });
    expect(taken).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^footfall: Port \d+ .*in use.*PORT.*\n$/),
    });

    // Commands join the database of the running service and leave it running.
    const migrated = await runProgram('cli/footfall.js', ['migrate', 'pending', '--json'], {
      DATA_DIR: folder,
    });
    expect(migrated).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(await visit(url)).toBe(1);
    program.child.kill('SIGTERM');
    expect((await program.result).code).toBe(0);
  });

  it('starts for a command if no service runs', async () => {
    const up = await runProgram('cli/footfall.js', ['migrate', 'up'], { DATA_DIR: folder });
    expect(up).toMatchObject({ code: 0, stderr: '' });
    expect(await runProgram('cli/footfall.js', ['createdb'], { DATA_DIR: folder })).toMatchObject({
      code: 0,
      stdout: 'already there: footfall\n',
    });
  });
});

describe('with an external PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase('template0');
  });
  afterEach(() => database.drop());

  it('is not ready before migrations are applied, and names the command', async () => {
    const environment = databaseEnvironment(database.name);
    const { program, url } = await start(environment);
    const before = await fetch(`${url}/-/health/ready`);
    expect(before.status).toBe(503);
    expect(await before.json()).toMatchObject({
      code: 'migrations-pending',
      detail: expect.stringMatching(/20261124100000-create-visitors-and-visits.*footfall migrate up/),
    });
    const visited = await fetch(`${url}/alice`);
    expect(visited.status).toBe(503);
    await program.waitFor(/Migrations are pending/);

    await runProgram('cli/footfall.js', ['migrate', 'up'], environment);
    expect((await fetch(`${url}/-/health/ready`)).status).toBe(200);
    expect(await visit(url)).toBe(1);
    program.child.kill('SIGTERM');
    expect((await program.result).code).toBe(0);
  });

  it('creates a missing database', async () => {
    const environment = databaseEnvironment(database.name);
    await database.drop();
    expect(await runProgram('cli/footfall.js', ['createdb'], environment)).toMatchObject({
      code: 0,
      stdout: `created: ${database.name}\n`,
    });
    expect((await runProgram('cli/footfall.js', ['createdb'], environment)).stdout).toMatch(/^already there/);
  });

  it('starts while the database is down, and is not ready', async () => {
    const { program, url } = await start({ ...databaseEnvironment(database.name), DB_PORT: '1' });
    const ready = await fetch(`${url}/-/health/ready`);
    expect([ready.status, ((await ready.json()) as { code: string }).code]).toEqual([
      503,
      'database-connection-refused',
    ]);
    const visited = await fetch(`${url}/alice`);
    expect(visited.status).toBe(503);
    expect(visited.headers.get('retry-after')).toBe('1');
    program.child.kill('SIGTERM');
    expect((await program.result).code).toBe(0);
  });
});

it('answers "not ready" in time if the database accepts connections but is silent', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const { program, url } = await start({ ...databaseEnvironment('any'), DB_PORT: String(port) });
  const startedAt = performance.now();
  expect((await fetch(`${url}/-/health/ready`)).status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(1500);
  program.child.kill('SIGTERM');
  expect((await program.result).code).toBe(0);
  silent.close();
});

it('names every invalid setting at once and ends', async () => {
  const { code, stderr } = await runProgram('main.js', [], { PORT: 'x', LOG_LEVEL: 'y' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/PORT[\s\S]*LOG_LEVEL/);
});
