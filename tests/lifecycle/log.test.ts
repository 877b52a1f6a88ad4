import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { startProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { waitUntil } from '../support/wait-until.cjs';

const repository = join(__dirname, '../..');

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

it('logs JSON lines with request ids, at error only for what an operator must fix', async () => {
  const program = startProgram('main.js', [], { PORT: '0', ...databaseEnvironment(database.name) });
  const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
  const ask = async (path: string, id: string): Promise<number> => {
    const response = await fetch(url + path, { headers: { 'X-Request-Id': id } });
    expect(response.headers.get('x-request-id')).toBe(id);
    return response.status;
  };
  expect(await ask('/alice', 'served')).toBe(200);
  expect(await ask('/-/visitors/bob', 'refused')).toBe(404);
  await database.query('ALTER TABLE visits RENAME TO elsewhere');
  expect(await ask('/alice', 'not-now')).toBe(503);
  await database.query('ALTER TABLE elsewhere RENAME TO visits');
  await database.query('ALTER TABLE visits ADD CHECK (visitor_id < 0) NOT VALID');
  expect(await ask('/alice', 'fault')).toBe(500);
  program.child.kill('SIGTERM');
  const { stdout, stderr } = await program.result;
  expect(stderr).toBe('');

  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: number; request_id?: string; msg: string; time: string });
  for (const { time } of records) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const levelsOf = (id: string): number[] =>
    records.filter((record) => record.request_id === id).map(({ level }) => level);
  expect(levelsOf('served')).toEqual([]);
  expect(levelsOf('refused')).toEqual([30]);
  expect(levelsOf('not-now')).toEqual([40, 30]);
  expect(levelsOf('fault')).toEqual([50, 30]);
  expect(records.filter(({ level }) => level >= 50)).toHaveLength(1);
});

/** Runs the service of a folder on a terminal until it serves; returns the output. */
async function runOnTerminal(folder: string): Promise<string> {
  const command = `exec ${process.execPath} dist/src/main.js`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', ...databaseEnvironment(database.name) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  terminal.stdout.on('data', (text: Buffer) => (shown += text.toString()));
  const ended = once(terminal, 'exit');
  try {
    await waitUntil('the service on a terminal', 15, () => shown.includes('serving'));
    // Ctrl-C.
    terminal.stdin.write('\u0003');
    expect(await ended).toEqual([0, null]);
  } finally {
    terminal.kill('SIGKILL');
  }
  return shown;
}

it('logs readable lines on a terminal', async () => {
  const shown = await runOnTerminal(repository);
  expect(shown).toMatch(/INFO.*serving/);
  expect(shown).not.toContain('{"level"');
});

it('logs JSON lines on a terminal if only production packages are installed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-production-'));
  try {
    cpSync(join(repository, 'dist'), join(folder, 'dist'), { recursive: true });
    cpSync(join(repository, 'package.json'), join(folder, 'package.json'));
    mkdirSync(join(folder, 'node_modules'));
    for (const name of readdirSync(join(repository, 'node_modules'))) {
      if (name !== 'pino-pretty')
        symlinkSync(join(repository, 'node_modules', name), join(folder, 'node_modules', name));
    }
    expect(await runOnTerminal(folder)).toMatch(/^\{"level":30,.*"msg":"serving"\}\r?$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
