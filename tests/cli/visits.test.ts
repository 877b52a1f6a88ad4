import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { exportText } from '../support/transfer';

// Each command is a process of its own, and some tests have several.
jest.setTimeout(60_000);

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-transfer-'));
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

function visits(args: string[], environment: Record<string, string> = {}): Promise<ProgramResult> {
  return runProgram('cli/visits.js', args, { ...databaseEnvironment(database.name), ...environment });
}

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const log = 'username,visited_at\nbob,2026-01-01T00:00:00.000001Z\n';

it('imports a file and exports the log', async () => {
  expect(await visits(['import', write('log.csv', log)])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^imported 1 visits in .* s; 1 visitors are new\n$/),
    stderr: '',
  });
  expect(await visits(['export', '--format', 'ndjson', '--since', '2026-01-01T00:00:00Z'])).toMatchObject({
    code: 0,
    stdout: '{"kind":"visit","username":"bob","visited_at":"2026-01-01T00:00:00.000001Z"}\n',
    stderr: expect.stringMatching(/^exported 1 lines in .* s\n$/),
  });
});

it('names the file, the line and the reason when a line is bad', async () => {
  const file = write('bad.csv', `${log}bob,yesterday\n`);
  const { code, stdout, stderr } = await visits(['import', file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^visits: .*bad\.csv, line 3: .*RFC 3339.*\. Nothing was imported; mend the line .*\n$/,
  );
});

it('says what to do about a file that is missing or does not tell its format', async () => {
  expect((await visits(['import', '/nowhere/log.csv'])).stderr).toMatch(/no such file.*nowhere/);
  expect((await visits(['import', write('log.txt', log)])).stderr).toContain('--format csv');
});

it('imports totals, lists the imports, and takes one back', async () => {
  const imported = await visits(['import', '--totals', write('hits.csv', 'name,count\nalice,40\nbob,2\n')]);
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('undo-import -- 1') });
  expect((await visits(['imports'])).stdout).toMatch(/^1 .* 2 names {2}42 visits {2}hits\.csv\n$/);
  expect(await visits(['undo-import', '1'])).toMatchObject({ code: 0 });
  expect(await visits(['undo-import', '1'])).toMatchObject({
    code: 1,
    stderr: 'visits: There is no import 1; "npm run visits imports" lists those that are.\n',
  });
});

describe('under npm, which announces a script on standard output', () => {
  const npm = { npm_lifecycle_event: 'visits', npm_config_loglevel: 'notice' };

  it('leaves nothing but the export in a file', async () => {
    const path = join(folder, 'announced.csv');
    const descriptor = openSync(path, 'w');
    writeSync(descriptor, '\n> footfall@1.2.3 visits\n> node visits.js export\n\n');
    const child = spawn(process.execPath, [join(__dirname, '../../dist/src/cli/visits.js'), 'export'], {
      env: { ...databaseEnvironment(database.name), ...npm },
      stdio: ['ignore', descriptor, 'ignore'],
    });
    const [code] = (await once(child, 'close')) as [number];
    closeSync(descriptor);
    expect(code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(await exportText(database, 'csv'));
  });

  it('refuses a pipe, and says how to have npm silent', async () => {
    const { code, stdout, stderr } = await visits(['export'], npm);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('npm run --silent visits export');
  });
});
