import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import type { ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

jest.setTimeout(120_000);

const repository = join(__dirname, '../..');

// The project as in the image: without tsconfig.json. Its build script does nothing, because dist exists.
let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'footfall-npm-'));
  chmodSync(project, 0o755);
  for (const name of ['dist', 'docker', 'migrations', 'node_modules', 'src']) {
    symlinkSync(join(repository, name), join(project, name));
  }
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object };
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, build: 'true' } }),
  );
});
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

function startNpm(args: readonly string[], environment: Record<string, string>) {
  const npm = spawn('npm', args, {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group, so that the group can be signalled as by a terminal.
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  npm.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return { npm, output };
}

async function runNpm(words: string, environment: Record<string, string>): Promise<ProgramResult> {
  const { npm, output } = startNpm(words.split(' '), environment);
  const [code] = (await once(npm, 'close')) as [number | null];
  return { code, ...output };
}

describe('npm run migrate', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  let applied: unknown[];
  const listApplied = () => database.query('SELECT name FROM schema_migrations ORDER BY name');
  beforeAll(async () => {
    database = await createTestDatabase();
    environment = databaseEnvironment(database.name);
    applied = await listApplied();
  });
  afterAll(() => database.drop());

  it.each([
    ['run migrate down --to 0', 'down --to 0'],
    ['run migrate down --to=0', 'down --to 0'],
    ['run migrate down --step 2', 'down --step 2'],
    ['run migrate down --step=2', 'down --step 2'],
    ['run migrate down --only x', 'down --only x'],
    ['run migrate down --only x --safe', 'down --only x --safe'],
    ['run migrate down --safe --silent', 'down --safe'],
    ['run migrate down --stepp=2', 'down --stepp 2'],
    ['run migrate status --json', 'status --json'],
    // Without npm's log, the environment is used.
    ['--logs-max=0 run migrate down --to 0', 'down --to <name>'],
    ['--logs-max=0 run migrate down --step 2', 'down --step <count>'],
    ['--logs-max=0 run migrate down --only x --safe', 'down --safe'],
    ['--logs-max=0 run migrate status --json', 'status --json'],
  ])('refuses "npm %s", changes nothing, and shows the right form', async (words, meant) => {
    const { code, stderr } = await runNpm(words, environment);
    expect(code).toBe(2);
    const lines = stderr.split('\n').filter((line) => line.startsWith('footfall: '));
    expect(lines).toEqual([
      expect.stringContaining(`"npm run migrate -- ${meant}" or "npx footfall migrate ${meant}"`),
    ]);
    expect(await listApplied()).toEqual(applied);
  });

  it('passes on options after --, and leaves npm its own', async () => {
    const names = JSON.stringify(applied.map((row) => (row as { name: string }).name));
    for (const words of ['--silent run migrate -- executed --json', 'run migrate -s -- executed --json']) {
      expect(await runNpm(words, environment)).toEqual({ code: 0, stdout: `${names}\n`, stderr: '' });
    }
    const status = await runNpm('run migrate status --silent', environment);
    expect(status).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^applied /) });
  });

  it('runs up and down without --', async () => {
    const down = await runNpm('run migrate down', environment);
    expect(down).toMatchObject({ code: 0, stderr: '' });
    expect(await listApplied()).toEqual(applied.slice(0, -1));
    expect(await runNpm('run migrate up', environment)).toMatchObject({ code: 0, stderr: '' });
    expect(await listApplied()).toEqual(applied);
  });
});

it('refuses "npm start --port 9000", and shows the right form', async () => {
  const { code, stderr } = await runNpm('start --port 9000', { PORT: '0' });
  expect(code).toBe(2);
  expect(stderr).toContain('PORT=9000 npm start');
});

describe('a signal to npm', () => {
  let data: string;
  beforeAll(() => {
    data = mkdtempSync(join(tmpdir(), 'footfall-npm-data-'));
    chmodSync(data, 0o755);
  });
  afterAll(() => {
    rmSync(data, { recursive: true, force: true });
  });

  const npmAlone = (npm: number, signal: NodeJS.Signals) => process.kill(npm, signal);
  const terminal = (npm: number, signal: NodeJS.Signals) => process.kill(-npm, signal);

  it.each([
    ['start', 'SIGTERM', 'to npm alone', npmAlone],
    ['start', 'SIGINT', 'to npm alone', npmAlone],
    ['start', 'SIGHUP', 'to npm alone', npmAlone],
    ['start', 'SIGINT', 'from a terminal', terminal],
    ['run dev', 'SIGTERM', 'to npm alone', npmAlone],
    ['run dev', 'SIGHUP', 'to npm alone', npmAlone],
    ['run dev', 'SIGINT', 'from a terminal', terminal],
  ] as const)('npm %s: %s %s ends the service and its database', async (script, signal, _from, send) => {
    const { npm, output } = startNpm(script.split(' '), { DATA_DIR: data, PORT: '0' });
    const closed = once(npm, 'close');
    await waitFor(() => output.stdout.includes('Footfall serves on'));
    const postmaster = join(data, 'postgres', 'postmaster.pid');
    const pid = Number(readFileSync(postmaster, 'utf8').split('\n')[0]);
    send(npm.pid!, signal);
    // npm's outputs close when the service ends, because it inherits them.
    await closed;
    await waitFor(() => !existsSync(postmaster));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(output.stderr).not.toContain('    at ');
    expect(output.stdout).toMatch(/"failed":\[\]/);
  });
});

async function waitFor(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('not done within a minute');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
