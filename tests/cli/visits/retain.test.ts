import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createStatementRunner } from '../../../src/db/create-statement-runner';
import { createRetirePart } from '../../../src/services/commands/retiring/retire-visits';
import { rollUpVisits } from '../../../src/services/commands/rolling/roll-up-visits';
import { listFaults } from '../../support/change-visitor';
import { databaseEnvironment } from '../../support/database-environment';
import { holdLocks } from '../../support/hold-locks';
import { runProgram, startProgram, type ProgramResult } from '../../support/run-program';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { exportText, importText } from '../../support/transfer';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'footfall-retain-'));
  // Ten visits of this month, and 25,000 of the months before: three parts.
  await database.query(`
    INSERT INTO visitors (username) VALUES ('alice'), ('bob'), ('quiet');
    INSERT INTO visits (visitor_id) SELECT 1 + n % 2 FROM generate_series(1, 10) AS n;
    INSERT INTO visits (visitor_id, visited_at)
    SELECT 1 + n % 2, now() - interval '100 days' + n * interval '3 minutes' FROM generate_series(1, 20000) AS n;
    INSERT INTO visits (visitor_id, visited_at)
    SELECT 2, now() - interval '400 days' + n * interval '1 second' FROM generate_series(1, 5000) AS n`);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const footfall = (...args: string[]): Promise<ProgramResult> =>
  runProgram('cli/footfall.js', args, databaseEnvironment(database.name));
const retain = (...args: string[]): Promise<ProgramResult> =>
  footfall('visits', 'retain', '--months', '1', ...args);

const before = `(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month') AT TIME ZONE 'UTC'`;

async function countOld(): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM visits WHERE visited_at < ${before}`,
  );
  return row?.n ?? -1;
}

const readNumbers = (): Promise<unknown[]> =>
  database.query(
    'SELECT username, visits::int FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY id',
  );

it('removes old visits and changes no number; a dry run changes nothing', async () => {
  const [old, numbers] = [await countOld(), await readNumbers()];
  const tried = await retain('--dry-run', '--json');
  expect(JSON.parse(tried.stdout)).toMatchObject({ dryRun: true, visits: old, names: 2 });
  expect(await countOld()).toBe(old);

  const done = await retain('--by', 'the operator');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(
    new RegExp(`^retired ${old} visits in [\\d.]+ s, all before 20..-..-01T00:00:00.000Z\n$`),
  );
  expect([await countOld(), await readNumbers()]).toEqual([0, numbers]);
  expect(await listFaults(database)).toEqual([]);
  expect(
    await database.query('SELECT visits::int, changed_by, ended_at IS NOT NULL AS ended FROM retirements'),
  ).toEqual([{ visits: old, changed_by: 'the operator', ended: true }]);
  for (const command of ['verify', 'rebuild', 'verify'])
    expect((await footfall('totals', command)).code).toBe(0);
  expect(await readNumbers()).toEqual(numbers);

  expect((await retain()).stdout).toMatch(/^nothing to retire: there are no visits before /);
  expect((await footfall('visitors', 'show', 'bob')).stdout).toMatch(
    /\nretired, so kept by quarter of an hour: \d+\nfirst visit /,
  );
  const shown = JSON.parse((await footfall('visitors', 'show', 'bob', '--times', '--json')).stdout) as {
    visitor: { visits: number };
    times: unknown[];
    retiredTimes: { visits: number }[];
  };
  const retired = shown.retiredTimes.reduce((sum, { visits }) => sum + visits, 0);
  expect(shown.times.length + retired).toBe(shown.visitor.visits);
});

it.each([
  ['csv', 1],
  ['ndjson', 0],
] as const)('archives exactly the visits that it removes, as %s', async (format, heads) => {
  const exported = await exportText(database, format);
  const file = join(folder, `old.${format}.gz`);
  const { code, stdout } = await retain('--archive', file);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`visits to ${file}, and read them back\n`)]);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  const left = new Set((await exportText(database, format)).split('\n'));
  const removed = exported.split('\n').filter((line) => /visit[",]/.test(line) && !left.has(line));
  expect(lines.slice(heads).sort()).toEqual(removed.sort());
  expect(readdirSync(folder)).toEqual([`old.${format}.gz`]);

  const again = await retain('--archive', file);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('name another file')]);
});

it('goes on where it was when it is killed within a part and between two, with the same archive', async () => {
  const [old, numbers] = [await countOld(), await readNumbers()];
  await database.query(`
    CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT visits FROM retirements) > 0 THEN PERFORM pg_advisory_xact_lock_shared(1); END IF;
        RETURN NULL;
      END $$;
    CREATE TRIGGER wait_here AFTER INSERT ON retired_visits FOR EACH STATEMENT EXECUTE FUNCTION wait_here()`);
  const file = join(folder, 'old.csv.gz');
  const args = ['visits', 'retain', '--months', '1', '--archive', file];
  const lock = await holdLocks(database, 'SELECT pg_advisory_xact_lock(1)');
  const program = startProgram('cli/footfall.js', args, databaseEnvironment(database.name));
  await waitForSessions(1, `AND wait_event = 'advisory'`);
  program.child.kill('SIGKILL');
  await program.result;
  await lock.release();
  await waitForSessions(0);

  const left = await countOld();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(old);
  expect(await readNumbers()).toEqual(numbers);
  expect(await listFaults(database)).toEqual([]);
  const archive = readFileSync(file);
  expect((await retain('--archive', file)).stdout).toMatch(/^retired \d+ visits/);
  expect(readFileSync(file)).toEqual(archive);
  expect([await countOld(), await readNumbers()]).toEqual([0, numbers]);
  expect(await database.query('SELECT visits::int FROM retirements')).toEqual([{ visits: old }]);
  expect(await listFaults(database)).toEqual([]);
});

async function waitForSessions(sessions: number, condition = ''): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'footfall-visits' ${condition}`,
    );
    if (row?.n === sessions) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('exports retired visits as balances, which give the same numbers elsewhere', async () => {
  await retain();
  const text = await exportText(database, 'ndjson');
  const other = await createTestDatabase(undefined, '_other');
  try {
    await importText(other, 'ndjson', text);
    expect(
      await other.query(
        'SELECT username, visits::int FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY id',
      ),
    ).toEqual(await readNumbers());
    expect(await listFaults(other)).toEqual([]);
  } finally {
    await other.drop();
  }
});

it('refuses to undo retired visits, and to correct anything when some are missing', async () => {
  await retain();
  const numbers = await readNumbers();
  const [retired] = await database.query<{ id: string }>(
    `SELECT id FROM balance_imports WHERE kind = 'retired'`,
  );
  const undone = await footfall('visits', 'undo-import', retired?.id ?? '');
  expect([undone.code, undone.stderr]).toEqual([1, expect.stringContaining('cannot be undone')]);
  await expect(database.query('DELETE FROM opening_balances')).rejects.toThrow('cannot be undone');

  await database.query('DELETE FROM retired_visits WHERE visitor_id = 1');
  const verified = await footfall('totals', 'verify');
  expect([verified.code, verified.stdout]).toEqual([
    1,
    expect.stringContaining('retired visits of 1 names differ'),
  ]);
  const rebuilt = await footfall('totals', 'rebuild');
  expect([rebuilt.code, rebuilt.stderr]).toEqual([1, expect.stringContaining('nothing was corrected')]);
  expect(await readNumbers()).toEqual(numbers);
});

it('retires in the service too, one bounded part after another', async () => {
  const run = createStatementRunner(database.sequelize);
  const [old, numbers] = [await countOld(), await readNumbers()];
  while ((await rollUpVisits(run, 10_000)).remaining);
  const retirePart = createRetirePart(run, 1);
  await retirePart();
  expect(await countOld()).toBeGreaterThan(0);
  expect(await countOld()).toBeLessThan(old);
  while (await retirePart());
  expect([await countOld(), await readNumbers()]).toEqual([0, numbers]);
  expect(await listFaults(database)).toEqual([]);
});

it('waits while visitors are changed', async () => {
  const lock = await holdLocks(database, 'SELECT pg_advisory_xact_lock(7130004)');
  const program = startProgram(
    'cli/footfall.js',
    ['visits', 'retain', '--months', '1'],
    databaseEnvironment(database.name),
  );
  await program.waitFor(/a change of visitors is under way/);
  await lock.release();
  expect((await program.result).code).toBe(0);
  expect(await countOld()).toBe(0);
});

it.each([
  ['--months', '0'],
  ['--months', '1', '--archive', 'old.gz'],
])('refuses %s %s as wrong usage', async (...args) => {
  expect((await footfall('visits', 'retain', ...args)).code).toBe(2);
});
