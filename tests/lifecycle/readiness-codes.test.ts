import { createServer, type AddressInfo, type Server } from 'node:net';
import { Client } from 'pg';
import type { RunningService } from '../../src/lifecycle/start-service';
import { readMetric } from '../support/read-metric';
import { dropRoles, nameRole } from '../support/service-role';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

const role = { username: nameRole('readiness'), password: 'right' };

let database: TestDatabase;
let service: RunningService | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
  await dropRoles(database, role.username);
  await database.query(`CREATE ROLE ${role.username} LOGIN PASSWORD '${role.password}'`);
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
});
afterAll(async () => {
  await dropRoles(database, role.username);
  await database.drop();
});

const asRole = { DB_USERNAME: role.username, DB_PASSWORD: role.password };

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
}

async function askReady(): Promise<Answer> {
  const response = await fetch(`${service?.url}/-/health/ready`);
  const text = await response.text();
  return { status: response.status, text, code: (JSON.parse(text) as { code?: string }).code };
}

/** Starts a service and expects that it says why it is not ready: in its readiness and in its metrics. */
async function expectCode(environment: Record<string, string>, code: string): Promise<void> {
  service = await startServiceOn(database, environment);
  const answer = await askReady();
  expect([answer.status, answer.code]).toEqual([503, code]);
  // Neither addresses nor logins.
  for (const value of Object.values(environment)) {
    if (value.length > 3) expect(answer.text).not.toContain(value);
  }
  const scraped = await (await fetch(`${service.url}/-/metrics`)).text();
  expect(readMetric(scraped, 'footfall_ready')).toBe(0);
  expect(readMetric(scraped, `footfall_not_ready{code="${code}"}`)).toBe(1);
  expect(readMetric(scraped, 'footfall_not_ready{code="stopping"}')).toBe(0);
}

it.each([
  ['database-password-wrong', { ...asRole, DB_PASSWORD: 'other' }],
  ['database-password-missing', { ...asRole, DB_PASSWORD: '' }],
  ['database-password-wrong', { ...asRole, DB_USERNAME: 'nobody_at_all' }],
  ['database-missing', { DB_NAME: 'no_such_database' }],
  ['database-host-not-found', { DB_HOST: 'database.invalid' }],
  ['database-connection-refused', { DB_PORT: '1' }],
  ['database-connection-refused', { DB_HOST: 'localhost', DB_PORT: '1' }],
  ['database-tls-refused', { DB_SSL: 'require' }],
  ['database-privileges', asRole],
])('is not ready: %s with %j', (code, environment) => expectCode(environment, code));

it('is not ready: too many connections of the role', async () => {
  await database.query(`ALTER ROLE ${role.username} CONNECTION LIMIT 0`);
  try {
    await expectCode(asRole, 'database-connections-exhausted');
  } finally {
    await database.query(`ALTER ROLE ${role.username} CONNECTION LIMIT -1`);
  }
});

/** Answers each login with an error of PostgreSQL or PgBouncer, or with nothing. */
async function startRefuser(sqlState: string | undefined, message = ''): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (sqlState === undefined) return;
      const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(fields.length + 4, 1);
      socket.end(Buffer.concat([head, fields]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

it.each([
  ['database-parameter-refused', '08P01', 'unsupported startup parameter: statement_timeout'],
  ['database-connections-exhausted', '08P01', 'no more connections allowed (max_client_conn)'],
  ['database-connections-exhausted', '53300', 'sorry, too many clients already'],
  ['database-starting', '57P03', 'the database system is starting up'],
  ['database-starting', '57P01', 'terminating connection due to administrator command'],
  ['database-login-refused', '28000', 'no pg_hba.conf entry'],
  [
    'database-tls-required',
    '28000',
    'no pg_hba.conf entry for host "::1", user "a", database "b", no encryption',
  ],
  ['database-disk-full', '53100', 'could not extend file'],
  ['database-unavailable', 'XX000', 'unexpected'],
  ['database-timeout', undefined, ''],
])('is not ready: %s after %s %s', async (code, sqlState, message) => {
  const refuser = await startRefuser(sqlState, message);
  const { port } = refuser.address() as AddressInfo;
  try {
    await expectCode({ DB_PORT: String(port) }, code);
  } finally {
    await service?.stop();
    refuser.close();
  }
});

describe('a service with a usable database', () => {
  afterEach(() => makeWritable());
  beforeEach(async () => {
    service = await startServiceOn(database, { DB_POOL_RECYCLE: '600' });
    expect((await askReady()).status).toBe(200);
  });

  const visit = async (): Promise<number> => (await fetch(`${service?.url}/alice`)).status;
  // From another database, since each new session of this one is read-only afterwards.
  const alterDatabase = async (change: string): Promise<void> => {
    const client = new Client({ ...database.clientConfig, database: 'postgres' });
    await client.connect();
    await client.query(`ALTER DATABASE ${database.name} ${change}`);
    await client.end();
  };
  const makeReadOnly = () => alterDatabase('SET default_transaction_read_only = on');
  const makeWritable = () => alterDatabase('RESET default_transaction_read_only');
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Ends the sessions of the service, so that the next ones get the defaults of the database. */
  const endSessions = () =>
    database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'footfall' AND datname = $1`,
      [database.name],
    );

  it('is not ready while the database is read-only, and records at once when it is not any more', async () => {
    await makeReadOnly();
    await endSessions();
    await wait(100);
    expect((await askReady()).code).toBe('database-read-only');
    // Several sessions that stay read-only.
    const statuses = await Promise.all(Array.from({ length: 20 }, visit));
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect((await fetch(`${service?.url}/`)).status).toBe(200);
    await makeWritable();
    await wait(1100);
    const codes: unknown[] = [];
    await waitUntil('readiness', 15, async () => {
      const startedAt = performance.now();
      const { status, code } = await askReady();
      if (status === 200) return true;
      // A check that gives up after a second, as on a machine that stands still, repeats the last reason.
      if (performance.now() - startedAt < 1000) codes.push(code);
      return false;
    });
    expect([[], ['database-read-only']]).toContainEqual(codes);
    expect(await Promise.all(Array.from({ length: 20 }, visit))).toEqual(Array(20).fill(200));
  });

  it('records again after at most one refused visit, without a check of readiness', async () => {
    await makeReadOnly();
    await endSessions();
    await wait(100);
    expect(await visit()).toBe(503);
    await makeWritable();
    await wait(1100);
    // On a slow machine the session was replaced before.
    expect([200, 503]).toContain(await visit());
    expect(await visit()).toBe(200);
  });

  it('does not open a connection for each visit while the database stays read-only', async () => {
    await makeReadOnly();
    await endSessions();
    await wait(100);
    const begun = await database.query(
      `SELECT sessions::int FROM pg_stat_database WHERE datname = current_database()`,
    );
    for (let times = 0; times < 50; times += 1) await visit();
    await wait(1500);
    const ended = await database.query(
      `SELECT sessions::int FROM pg_stat_database WHERE datname = current_database()`,
    );
    expect(Number(ended[0]?.['sessions']) - Number(begun[0]?.['sessions'])).toBeLessThan(15);
    await makeWritable();
  });
});

it('is not ready while a sequence is behind its table, and names it', async () => {
  await database.query(`INSERT INTO visitors (id, username) VALUES (100000, 'from elsewhere')`);
  service = await startServiceOn(database);
  const answer = await askReady();
  expect(answer.code).toBe('database-sequences');
  expect(answer.text).toContain('public.visitors_id_seq is behind public.visitors.id');
  await database.query(`SELECT setval('visitors_id_seq', 100000)`);
  expect((await askReady()).status).toBe(200);
});
