import { databaseEnvironment } from '../support/database-environment';
import { listFaults } from '../support/change-visitor';
import { holdLocks } from '../support/hold-locks';
import { runProgram, startProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`
    INSERT INTO visitors (username) VALUES ('alice'), ('alix'), ('bob');
    INSERT INTO visits (visitor_id) SELECT 1 FROM generate_series(1, 5);
    INSERT INTO visits (visitor_id) SELECT 2 FROM generate_series(1, 3);
    INSERT INTO balance_imports (source) VALUES ('old.csv');
    INSERT INTO opening_balances VALUES (1, 1, 10), (1, 2, 20);
    INSERT INTO idempotency_keys (key, visitor_id, visits) VALUES ('k-1', 2, 3);
    INSERT INTO counted_clients (key, visitor_id) VALUES (gen_random_uuid(), 2);
    INSERT INTO visitor_aliases VALUES ('ally', 2);
    INSERT INTO visit_rollup DEFAULT VALUES;
    SELECT roll_up_visits(4), roll_up_visits(4), roll_up_visits(4)`);
});
afterEach(() => database.drop());

function visitors(...args: string[]): Promise<ProgramResult> {
  return runProgram('cli/footfall.js', ['visitors', ...args], databaseEnvironment(database.name));
}

const tables = [
  'visitors',
  'visits',
  'visit_totals',
  'visit_counts',
  'visit_counts_of_all',
  'opening_balances',
  'balance_imports',
  'idempotency_keys',
  'counted_clients',
  'visitor_aliases',
  'visitor_changes',
];

/** Everything that an act may change. */
async function readAll(): Promise<unknown> {
  return Promise.all(
    tables.map((table) => database.query(`SELECT to_jsonb(${table})::text AS row FROM ${table} ORDER BY 1`)),
  );
}

const acts: readonly (readonly [string, ...string[]])[] = [
  ['add', 'carol'],
  ['hide', 'alice'],
  ['unhide', 'hidden'],
  ['rename', 'alix', 'alexandra', '--keep-alias'],
  ['merge', 'alix', 'alice', '--keep-alias'],
  ['erase', 'alix'],
];

it.each(acts)('changes nothing with --dry-run, and says what "%s" does without it', async (...act) => {
  await database.query(`INSERT INTO visitors (username, hidden_at) VALUES ('hidden', now())`);
  const before = await readAll();
  const tried = await visitors(...act, '--dry-run', '--json');
  expect(tried).toMatchObject({ code: 0, stderr: '' });
  expect(await readAll()).toEqual(before);
  const done = await visitors(...act, '--json');
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toEqual({ ...JSON.parse(tried.stdout), dryRun: false });
  const after = await readAll();
  expect(after).not.toEqual(before);

  const again = await visitors(...act);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatch(/; nothing was changed\n$/);
  expect(await readAll()).toEqual(after);
  expect(await listFaults(database)).toEqual([]);
});

it.each(acts)('leaves everything as it was when it is killed within "%s"', async (...act) => {
  await database.query(`
    INSERT INTO visitors (username, hidden_at) VALUES ('hidden', now());
    CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END $$;
    CREATE TRIGGER wait_here BEFORE INSERT ON visitor_changes FOR EACH ROW EXECUTE FUNCTION wait_here()`);
  const before = await readAll();
  // Its record is the last that an act writes.
  const lock = await holdLocks(database, 'SELECT pg_advisory_xact_lock(1)');
  const program = startProgram('cli/footfall.js', ['visitors', ...act], databaseEnvironment(database.name));
  await waitForSessions(1, `AND wait_event = 'advisory'`);
  program.child.kill('SIGKILL');
  await program.result;
  await lock.release();
  await waitForSessions(0);
  expect(await readAll()).toEqual(before);
  const { code, stderr } = await visitors(...act);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await readAll()).not.toEqual(before);
  expect(await listFaults(database)).toEqual([]);
});

async function waitForSessions(sessions: number, condition = ''): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'footfall-visitors' ${condition}`,
    );
    if (row?.n === sessions) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('adds the numbers, the opening balances, the keys and the aliases of a merged name', async () => {
  expect(await visitors('merge', 'alix', 'alice')).toEqual({
    code: 0,
    stderr: '',
    stdout: 'merged "alix" into "alice": 15 became 38 visits\n',
  });
  expect(await database.query('SELECT visitor_id::int, visits::int FROM opening_balances')).toEqual([
    { visitor_id: 1, visits: 30 },
  ]);
  expect(await database.query('SELECT visitor_id::int, visits::int FROM idempotency_keys')).toEqual([
    { visitor_id: 1, visits: 3 },
  ]);
  expect(await database.query('SELECT visitor_id::int FROM counted_clients')).toEqual([{ visitor_id: 1 }]);
  expect((await visitors('list')).stdout).toBe('"alice"  38 visits  aliases "ally"\n"bob"  0 visits\n');
});

it('keeps nothing of an erased name but a hash with a salt of each row', async () => {
  await visitors('rename', 'alix', 'alexandra');
  await visitors('merge', 'bob', 'alexandra', '--by', 'the operator');
  expect((await visitors('erase', 'alexandra')).stdout).toBe('erased "alexandra": 23 became 0 visits\n');
  const rows = await database.query(`SELECT act, username, new_name, changed_by,
    hash = sha256(salt || 'alexandra'::bytea) AS "isHash" FROM visitor_changes ORDER BY id`);
  expect(rows).toEqual(
    ['rename', 'merge', 'erase'].map((act) => ({
      act,
      username: null,
      new_name: null,
      changed_by: act === 'merge' ? 'the operator' : expect.any(String),
      isHash: true,
    })),
  );
  expect(await database.query('SELECT count(DISTINCT salt)::int AS salts FROM visitor_changes')).toEqual([
    { salts: 3 },
  ]);
  expect(JSON.stringify(await readAll())).not.toMatch(/alexandra|alix|ally|bob/);
  expect((await visitors('show', 'alexandra')).stdout).toMatch(/^there is no visitor "alexandra"\n.*erase/s);
});

it('removes an import whose only balance is erased', async () => {
  await visitors('erase', 'alice');
  await visitors('erase', 'alix');
  expect(await database.query('SELECT * FROM balance_imports')).toEqual([]);
  expect(await listFaults(database)).toEqual([]);
});

it('shows a name with its times and its changes', async () => {
  await visitors('hide', 'alix', '--by', 'the operator');
  const { stdout } = await visitors('show', 'ally', '--times', '--json');
  const shown = JSON.parse(stdout) as {
    visitor: Record<string, unknown>;
    changes: unknown[];
    times: unknown[];
  };
  expect(shown.times).toHaveLength(3);
  expect(shown.visitor).toMatchObject({
    username: 'alix',
    visits: 23,
    imported: 20,
    aliases: ['ally'],
    idempotencyKeys: ['k-1'],
    countedClients: 1,
  });
  expect(shown.visitor['hiddenAt']).not.toBeNull();
  expect(shown.visitor['firstVisitAt']).not.toBeNull();
  expect(shown.changes).toEqual([
    expect.objectContaining({ act: 'hide', username: 'alix', visitsBefore: 23, changedBy: 'the operator' }),
  ]);
});

it.each([
  [1, ['hide', 'nobody'], 'there is no visitor "nobody"'],
  [1, ['rename', 'alix', 'alice'], 'there is a visitor "alice" already; "footfall visitors merge"'],
  [1, ['rename', 'alice', 'ally'], '"ally" is an alias of "alix"'],
  [1, ['merge', 'alix', 'nobody'], 'there is no visitor "nobody"'],
  [2, ['merge', 'alice', 'alice'], 'the two names are the same'],
  [2, ['add', 'a/b\\'], 'This is not a user name'],
  [2, ['add'], "missing required argument 'names'"],
])('ends with exit code %i for %j and says why', async (code, args, message) => {
  const before = await readAll();
  const result = await visitors(...args);
  expect(result.code).toBe(code);
  expect(result.stderr).toContain(message);
  expect(await readAll()).toEqual(before);
});

it('changes nothing while another transaction holds the name, and then says so', async () => {
  const lock = await holdLocks(database, 'SELECT * FROM visit_totals WHERE visitor_id = 1 FOR UPDATE');
  try {
    const { code, stderr } = await visitors('merge', 'alix', 'alice');
    expect([code, stderr]).toEqual([1, expect.stringContaining('another transaction keeps names locked')]);
  } finally {
    await lock.release();
  }
}, 60_000);
