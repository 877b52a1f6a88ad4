import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { holdLocks } from '../support/hold-locks';
import { startProgram, type RunningProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const name = 'Zoë Private';
const key = 'key-of-a-client';
/** Texts that no record may contain: the name (plain, percent-encoded, escaped in JSON), the key, the password. */
const secrets = (): string[] => [
  'Zoë',
  'Private',
  'Zo%C3%AB',
  'Zo\\u00eb',
  key,
  databaseEnvironment(database.name)['DB_PASSWORD'] ?? '',
];

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  // Makes the server send every parameter in the context of an error.
  await database.query(`ALTER DATABASE ${database.name} SET log_parameter_max_length_on_error = -1`);
});
const programs: RunningProgram[] = [];
afterEach(async () => {
  for (const { child } of programs.splice(0)) child.kill('SIGKILL');
  await database.drop();
});

function start(environment: Record<string, string>): RunningProgram {
  const program = startProgram('main.js', [], {
    ...databaseEnvironment(database.name),
    PORT: '0',
    ...environment,
  });
  programs.push(program);
  return program;
}

async function waitForLock(): Promise<number> {
  const sql = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (;;) {
    const [waiting] = await database.query<{ pid: number }>(sql);
    if (waiting) return waiting.pid;
  }
}

/** Sends every kind of request and causes every kind of database failure; returns the statuses. */
async function provoke(url: string): Promise<Set<number>> {
  const path = encodeURIComponent(name);
  const statuses = new Set<number>();
  const ask = async (suffix: string, options: RequestInit = {}): Promise<void> => {
    const { status } = await fetch(`${url}${suffix}`, options);
    statuses.add(status);
  };
  const keyed = { headers: { 'Idempotency-Key': key } };
  const askAll = async (): Promise<void> => {
    const paths = [`/${path}`, `/-/hit/${path}.svg`, `/-/visitors/${path}`, `/-/visitors/${path}/history`];
    for (const suffix of [...paths, `/?search=${path}`, `/-/badge/${path}.svg`, `/new-${path}`])
      await ask(suffix);
    await ask(`/${path}`, keyed);
    await ask(`/-/visitors/${path}`, { headers: { Accept: 'text/html' } });
  };
  await askAll();
  await ask(`/${path}`, { method: 'PUT' });
  await ask(`/other-${path}`, keyed);
  await ask(`/${path}`, { headers: { 'Idempotency-Key': key.repeat(10) } });
  await ask(`/${path}`, { headers: { 'Sec-Purpose': 'prefetch' } });
  for (const suffix of [`/${path}/more`, `/${path}%ff`, `/${path}%00`, `/-/visitors/no-${path}`])
    await ask(suffix);
  await ask(`/?after=${path}`);

  // Refused rows, which the error detail quotes; messages, details and hints with values; a wrong schema.
  await database.query('ALTER TABLE visitors ADD CONSTRAINT nobody_new CHECK (id < 0) NOT VALID');
  await ask(`/refused-${path}`);
  await ask(`/refused-${path}`, { headers: { 'Idempotency-Key': `${key}-2` } });
  await database.query(`CREATE FUNCTION quote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'no such thing: "%"', NEW.username
    USING ERRCODE = '22P02', DETAIL = NEW.username, HINT = NEW.username; END $$`);
  await database.query(
    'CREATE TRIGGER quote BEFORE INSERT ON visitors FOR EACH ROW EXECUTE FUNCTION quote()',
  );
  await ask(`/quoted-${path}`);
  await database.query('ALTER TABLE visit_totals RENAME COLUMN visits TO counted');
  await askAll();
  await database.query('ALTER TABLE visit_totals RENAME COLUMN counted TO visits');
  await database.query('ALTER TABLE visitors RENAME TO elsewhere');
  await askAll();
  await database.query('ALTER TABLE elsewhere RENAME TO visitors');

  // A statement that times out, and a connection that is lost during a statement.
  for (const end of ['time', 'loss']) {
    const holder = await holdLocks(database, 'LOCK TABLE visit_totals');
    const asked = ask(`/${path}`);
    const pid = await waitForLock();
    if (end === 'loss') await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await asked;
    await holder.release();
  }
  return statuses;
}

interface LogRecord {
  readonly level: number;
  readonly msg: string;
  readonly route?: string;
  readonly err?: { readonly cause?: unknown };
}

async function readLog(
  level: string,
): Promise<{ output: string; records: LogRecord[]; statuses: Set<number> }> {
  const program = start({ DB_STATEMENT_TIMEOUT_MS: '1000', LOG_LEVEL: level });
  const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
  const statuses = await provoke(url);
  program.child.kill('SIGTERM');
  const { stdout, stderr } = await program.result;
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogRecord);
  return { output: stdout + stderr, records, statuses };
}

it('logs no name, key or password at info, whatever fails', async () => {
  const { output, records, statuses } = await readLog('info');
  expect([...statuses].sort()).toEqual([200, 400, 404, 405, 422, 500, 503]);
  for (const secret of secrets()) expect(output).not.toContain(secret);
  // The faults are logged, with cause and route.
  const faults = records.filter(({ msg }) => msg === 'request failed');
  expect(faults.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(faults)).toMatch(/"code":"23514".*"constraint":"nobody_new"/);
  expect(JSON.stringify(faults)).toMatch(/"code":"22P02"/);
  const unserved = JSON.stringify(records.filter(({ msg }) => msg === 'request not served'));
  for (const code of ['42703', '57014', '57P01']) expect(unserved).toContain(code);
  expect(new Set(records.map(({ route }) => route))).toContain('/:username');
});

it('logs names at debug only', async () => {
  const { records } = await readLog('debug');
  const above = JSON.stringify(records.filter(({ level }) => level > 20));
  for (const secret of secrets()) expect(above).not.toContain(secret);
  const debug = JSON.stringify(records.filter(({ level }) => level === 20));
  expect(debug).toContain('Zo%C3%AB');
  expect(debug).not.toContain(key);
});

it('logs an uncaught exception without user names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-log-'));
  try {
    const script = join(folder, 'throw.cjs');
    const error = `Object.assign(new Error('lost'), { code: '23505', detail: ${JSON.stringify(name)} })`;
    writeFileSync(script, `process.once('SIGUSR2', () => { Promise.reject(${error}); });`);
    const program = start({ NODE_OPTIONS: `--require ${script}` });
    await program.waitFor(/"url":"(http:[^"]+)"/);
    program.child.kill('SIGUSR2');
    const { code, stdout, stderr } = await program.result;
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/"level":60,.*"code":"23505".*"msg":"uncaught exception"/);
    for (const secret of secrets()) expect(stdout).not.toContain(secret);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
