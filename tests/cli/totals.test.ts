import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { withAdvisoryLock } from '../../src/db/advisory-lock';
import { databaseEnvironment } from '../support/database-environment';
import { replayTerminal } from '../support/replay-terminal';
import { startProgram, type RunningProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { findDrift } from '../support/transfer';

// Enough for three statements of 500.
const visitors = 1200;
const names = Array.from({ length: visitors }, (_, index) => `visitor-${index + 1}`);
const sum = `${visitors} of ${visitors} visitors differ; "footfall totals rebuild" corrects them`;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(
    `INSERT INTO visitors (username) SELECT 'visitor-' || n FROM generate_series(1, $1) n`,
    [visitors],
  );
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, 2)');
  await database.query('UPDATE visit_totals SET visits = 7');
});
afterEach(() => database.drop());

function totals(...args: string[]): RunningProgram {
  return startProgram('cli/footfall.js', ['totals', ...args], databaseEnvironment(database.name));
}

function renderLine(name: string): string {
  return `differs: "${name}" has 2 visits in the log and 7 in the totals`;
}

/** Runs the command with both outputs on one terminal; returns its exit code and the lines on the screen. */
async function runOnTerminal(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const command = ['exec', process.execPath, 'dist/src/cli/footfall.js', 'totals', ...args].join(' ');
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, ...databaseEnvironment(database.name) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const [code] = (await once(terminal, 'close')) as [number];
  return { code, lines: replayTerminal(shown).filter((line) => line !== '') };
}

it('names every total that differs, and their number', async () => {
  expect(await totals('verify').result).toEqual({
    code: 1,
    stderr: '',
    stdout: [...names.map(renderLine), sum, ''].join('\n'),
  });
  expect(await database.query('SELECT visitors, visits, drifted FROM totals_verifications')).toEqual([
    { visitors: String(visitors), visits: String(visitors * 2), drifted: String(visitors) },
  ]);
});

it('writes all totals that differ as one line of JSON', async () => {
  const { code, stdout, stderr } = await totals('verify', '--json').result;
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
  expect(JSON.parse(stdout)).toEqual({
    visitors,
    visits: visitors * 2,
    differingCounts: 0,
    drifts: names.map((username) => ({
      id: expect.any(String),
      username,
      logged: '2',
      opening: '0',
      total: '7',
    })),
  });
});

it('does not mix the progress bar with other lines on a terminal', async () => {
  const bar = /^[█░]{40} 28% \| 2400 of 8400 visits$/;
  const { code, lines } = await runOnTerminal('verify');
  expect(code).toBe(1);
  const counts = `${'█'.repeat(40)} 100% | ${visitors} of ${visitors} visitors`;
  expect(lines).toEqual([...names.map(renderLine), expect.stringMatching(bar), counts, sum]);

  const json = await runOnTerminal('verify', '--json');
  expect(json.code).toBe(1);
  expect(json.lines).toHaveLength(1);
  expect(JSON.parse(json.lines[0]!)).toMatchObject({ visitors, drifts: expect.any(Array) });
});

it('runs two concurrent rebuilds one after the other', async () => {
  const rebuilds: RunningProgram[] = [];
  await withAdvisoryLock(
    database.clientConfig,
    'correctTotals',
    () => undefined,
    async () => {
      rebuilds.push(totals('rebuild'), totals('rebuild'));
      await Promise.all(rebuilds.map(({ waitFor }) => waitFor(/another rebuild is running; waiting/)));
    },
  );
  const results = await Promise.all(rebuilds.map(({ result }) => result));
  const outputs = results.map(({ code, stdout }) => ({ code, stdout })).sort(compareOutputs);
  const verdict = `totals equal the log: ${visitors} visitors, ${visitors * 2} visits\n`;
  expect(outputs).toEqual([
    { code: 0, stdout: `corrected 0 of the totals\n${verdict}` },
    { code: 0, stdout: `corrected ${visitors} of the totals\n${verdict}` },
  ]);
  expect(await findDrift(database)).toEqual([]);
});

function compareOutputs(one: { stdout: string }, other: { stdout: string }): number {
  return one.stdout.localeCompare(other.stdout);
}
