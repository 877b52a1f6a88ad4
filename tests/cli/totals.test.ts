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
    faults: [],
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
  expect(await database.query('SELECT rolled_id FROM visit_rollup')).toEqual([
    { rolled_id: String(visitors * 2) },
  ]);
});

it('names sequences behind their tables, and advances them', async () => {
  await database.query(`
    UPDATE visit_totals SET visits = 2;
    INSERT INTO totals_verifications OVERRIDING SYSTEM VALUE VALUES (1, now(), 0, 0, 0);
    SELECT setval(sequence::text, 1, false) FROM unnest('{visitors_id_seq,visits_id_seq}'::regclass[]) AS sequence`);
  const verified = await totals('verify').result;
  expect(verified).toMatchObject({ code: 1, stderr: '' });
  expect(verified.stdout.trimEnd().split('\n')).toEqual([
    'fault: the sequence public.totals_verifications_id_seq would give out 1, but public.totals_verifications has a "id" of 1; "footfall totals rebuild" advances it',
    `fault: the sequence public.visitors_id_seq would give out 1, but public.visitors has a "id" of ${visitors}; "footfall totals rebuild" advances it`,
    `fault: the sequence public.visits_id_seq would give out 1, but public.visits has a "id" of ${visitors * 2}; "footfall totals rebuild" advances it`,
    `totals equal the log: ${visitors} visitors, ${visitors * 2} visits; other faults: 3`,
  ]);

  const rebuilt = await totals('rebuild').result;
  expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
  expect(rebuilt.stdout).toContain('advanced public.visits_id_seq\n');
  expect(
    await database.query(`
      WITH visitor AS (INSERT INTO visitors (username) VALUES ('next') RETURNING id),
        visit AS (INSERT INTO visits (visitor_id) VALUES (1) RETURNING id)
      SELECT visitor.id AS visitor, visit.id AS visit FROM visitor, visit`),
  ).toEqual([{ visitor: String(visitors + 1), visit: String(visitors * 2 + 1) }]);
});

it('gives out each id once while a sequence is advanced', async () => {
  await database.query(`
    UPDATE visit_totals SET visits = 2;
    INSERT INTO visitors (id, username) VALUES (1000000, 'far')`);
  const stopping = new AbortController();
  const insert = async (worker: number): Promise<void> => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      await database.sequelize.query(`INSERT INTO visitors (username) VALUES ('${worker}-${turn}')`);
    }
  };
  const inserting = [0, 1, 2].map(insert);
  const { stdout } = await totals('rebuild').result;
  stopping.abort();
  await Promise.all(inserting);
  expect(stdout).toContain('advanced public.visitors_id_seq\n');
  const [{ after }] = (await database.query(
    'SELECT count(*)::int AS after FROM visitors WHERE id > 1000000',
  )) as [{ after: number }];
  expect(after).toBeGreaterThan(0);
});

it('names imports without their opening balances', async () => {
  await database.query(`
    UPDATE visit_totals SET visits = 2;
    INSERT INTO balance_imports (source) VALUES ('old.csv'), ('lost.csv');
    INSERT INTO opening_balances VALUES (1, 1, 5)`);
  const { code, stdout } = await totals('verify', '--json').result;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    visitors,
    visits: visitors * 2,
    drifts: [],
    faults: [
      {
        code: 'balances-missing',
        detail: expect.stringContaining('the import 2 of "lost.csv" has no opening'),
      },
    ],
    differingCounts: 0,
  });
});

function compareOutputs(one: { stdout: string }, other: { stdout: string }): number {
  return one.stdout.localeCompare(other.stdout);
}
