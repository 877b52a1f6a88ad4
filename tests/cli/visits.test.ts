import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

// Each command is its own process, and some tests run several.
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
  return runProgram('cli/footfall.js', ['visits', ...args], {
    ...databaseEnvironment(database.name),
    ...environment,
  });
}

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const command = join(__dirname, '../../dist/src/cli/footfall.js');

/** Runs `footfall` in a shell with these words. */
async function runInShell(words: string): Promise<{ code: number; stderr: string }> {
  const child = spawn('bash', ['-o', 'pipefail', '-c', `${command} ${words}`], {
    env: { PATH: process.env['PATH'], ...databaseEnvironment(database.name) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
}

const log = 'username,visited_at\nbob,2026-01-01T00:00:00.000001Z\n';

it('imports a file and exports the log', async () => {
  expect(await visits(['import', write('log.csv', log)])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^import 1: imported 1 visits in .* s; 1 visitors are new\n.*undo-import 1.*\n$/,
    ),
    stderr: '',
  });
  expect(await visits(['export', '--format', 'ndjson', '--since', '2026-01-01T00:00:00Z'])).toMatchObject({
    code: 0,
    stdout: '{"kind":"visit","username":"bob","visited_at":"2026-01-01T00:00:00.000001Z"}\n',
    stderr: expect.stringMatching(/^exported 1 lines in .* s\n$/),
  });
});

it('names the file, the line and the reason if a line is invalid', async () => {
  const file = write('bad.csv', `${log}bob,yesterday\n`);
  const { code, stdout, stderr } = await visits(['import', file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^footfall: .*bad\.csv, line 3: .*RFC 3339.*\. Nothing was imported; correct the file .*\n$/,
  );
});

it('says what to do if a file is missing or its format is unknown', async () => {
  expect((await visits(['import', '/nowhere/log.csv'])).stderr).toMatch(/no such file.*nowhere/);
  expect((await visits(['import', write('log.txt', log)])).stderr).toContain('--format csv');
});

it('refuses a file that was imported before, unless told to import it again', async () => {
  const file = write('other-name.csv', log);
  expect(await visits(['import', file])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^footfall: these lines were imported at .*Z as import 1, .*add --again.*\n$/,
    ),
  });
  expect(await visits(['import', '--again', '--by', 'alice', file])).toMatchObject({ code: 0, stderr: '' });
  expect((await visits(['imports'])).stdout).toMatch(
    /^1 {2}\S+Z {2}by \S+ {2}1 visits {2}log\.csv\n2 {2}\S+Z {2}by alice {2}1 visits {2}other-name\.csv\n$/,
  );
  expect(await visits(['undo-import', '2'])).toEqual({
    code: 0,
    stdout: 'undid import 2: removed 1 visits from the log, and the opening balances of 0 names\n',
    stderr: '',
  });
});

it('imports totals, lists the imports, and undoes one', async () => {
  const imported = await visits(['import', '--totals', write('hits.csv', 'name,count\nalice,40\nbob,2\n')]);
  expect(imported).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('footfall visits undo-import 3'),
  });
  expect((await visits(['imports'])).stdout).toMatch(/\n3 .* 2 names {2}42 visits {2}hits\.csv\n$/);
  expect(await visits(['undo-import', '3'])).toMatchObject({ code: 0 });
  expect(await visits(['undo-import', '3'])).toMatchObject({
    code: 1,
    stderr: 'footfall: there is no import 3; "footfall visits imports" lists them\n',
  });
});

it('imports the columns of another counter, and exports for a spreadsheet', async () => {
  const views = write('views.csv', 'path,browser,created_at\n=shop,Firefox,2026-01-01T00:00:00Z\n');
  const map = ['--map', 'username=path', '--map', 'visited_at=created_at'];
  expect(await visits(['import', ...map, views])).toMatchObject({ code: 0, stderr: '' });
  expect((await visits(['export', '--for-spreadsheet', '--since', '2026-01-01T00:00:00Z'])).stdout).toMatch(
    /^\uFEFFkind,[^]*\nvisit,'=shop,2026-01-01T00:00:00.000000Z,,,\n/,
  );
  const pages = write('pages.csv', 'site,hits,page\nx,12,=shop\n');
  const totals = ['--totals', '--map', 'username=page', '--map', 'visits=hits'];
  expect(await visits(['import', ...totals, pages])).toMatchObject({ code: 0, stderr: '' });
  const [row] = await database.query(
    `SELECT visits FROM visitors JOIN visit_totals ON visitor_id = id WHERE username = '=shop'`,
  );
  expect(row).toEqual({ visits: '13' });
});

it.each([
  [['import', '--map', 'name=path', 'x.csv'], 'It must be like username=page'],
  [['import', '--map', 'username=a', '--map', 'username=b', 'x.csv'], 'once for each field'],
  [['import', '--map', 'visits=hits', 'x.csv'], '--map visits is only for --totals'],
  [['import', '--totals', '--format', 'ndjson', 'x.csv'], '--totals reads CSV only'],
  [['import', '--totals', '--map', 'visited_at=at', 'x.csv'], '--map visited_at is not for --totals'],
  [['export', '--for-spreadsheet', '--format', 'ndjson'], '--for-spreadsheet writes CSV only'],
])('refuses %j', async (args, reason) => {
  expect(await visits(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
});

it.each(['< FILE', '<(cat FILE)'])('imports from a pipe or standard input: %s', async (redirect) => {
  const file = write('piped.ndjson', '{"username":"piped","visited_at":"2026-01-01T00:00:00Z"}');
  const input = redirect.replace('FILE', file);
  const words = redirect.startsWith('<(')
    ? `${input} --again --format ndjson`
    : `/dev/stdin --again --format ndjson ${input}`;
  expect(await runInShell(`visits import ${words}`)).toEqual({ code: 0, stderr: '' });
  expect(await runInShell(`visits import ${words.replace('format ndjson', 'format csv')}`)).toEqual({
    code: 1,
    stderr: expect.stringMatching(/, line 1: .*\. Nothing was imported; .*\n$/),
  });
});

describe('with a failing output or input', () => {
  beforeAll(async () => {
    // More than the pipes between server, command and reader hold.
    await database.query(`INSERT INTO visitors (username) VALUES ('busy') ON CONFLICT DO NOTHING`);
    await database.query(
      `INSERT INTO visits (visitor_id)
       SELECT id FROM visitors, generate_series(1, 100000) WHERE username = 'busy'`,
    );
  });

  it('ends without an error when the reader closes', async () => {
    for (const words of ['visits export | head -n 1', 'visits export | true', 'settings | true']) {
      expect([words, await runInShell(words)]).toEqual([words, { code: 0, stderr: '' }]);
    }
  });

  it.each(['visits export', 'visits imports', 'settings', 'totals verify'])(
    'ends %s on a full disk with one line and exit code 1',
    async (words) => {
      expect(await runInShell(`${words} >/dev/full`)).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^footfall: standard output: ENOSPC.*\n$/),
      });
    },
  );

  it.each([
    ['/tmp --format csv', /^footfall: \/tmp is a folder; name a file\n$/],
    ['/tmp --totals', /^footfall: \/tmp is a folder; name a file\n$/],
    ['/nowhere/log.csv', /^footfall: ENOENT: .*\/nowhere\/log\.csv.*\n$/],
    // Can be opened; the first read fails.
    ['/proc/self/mem --format csv', /^footfall: EIO: .*\n$/],
    ['/proc/self/mem --format ndjson', /^footfall: EIO: .*\n$/],
    ['/proc/self/mem --totals', /^footfall: EIO: .*\n$/],
  ])('refuses to import %s with one line and exit code 1', async (words, line) => {
    expect(await runInShell(`visits import ${words}`)).toEqual({
      code: 1,
      stderr: expect.stringMatching(line),
    });
  });
});

it('says that an import is complete if only the roll-up after it fails', async () => {
  const rename = (from: string, to: string) =>
    database.query(`ALTER FUNCTION ${from}(integer) RENAME TO ${to}`);
  await rename('roll_up_visits', 'away');
  const path = write('rolled-up-later.csv', 'username,visited_at\nlate,2026-01-02T00:00:00Z\n');
  const imported = await visits(['import', path]);
  await rename('away', 'roll_up_visits');
  expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('imported 1 visits')]);
  expect(imported.stderr).toMatch(/^the import is complete, but could not be rolled up: .*roll_up_visits/);
});
