import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import type { RunningService } from '../../src/lifecycle/start-service';
import { readServerMajor } from '../support/read-server-major';
import { runProgram, type ProgramResult } from '../support/run-program';
import { dropRoles, nameRole, ownedEnvironment, queryAs } from '../support/service-role';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';

const role = { username: nameRole('service'), password: `it's "secret" \\ 100%` };

let database: TestDatabase;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  await dropRoles(database, role.username);
  environment = ownedEnvironment(database, role);
  expect(await runRoles()).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  await dropRoles(database, role.username);
  await database.drop();
});

function runRoles(args: string[] = [], other: Record<string, string> = {}): Promise<ProgramResult> {
  return runProgram('cli/footfall.js', ['roles', ...args], { ...environment, ...other });
}

it('prints each change, changes nothing the second time, and never prints the password', async () => {
  const again = await runRoles();
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain(`exists: role ${role.username}\n`);
  expect(again.stdout).toContain('granted: INSERT (visitor_id) on visits\n');
  expect(again.stdout).toContain('set: its lock_timeout to 2500 ms\n');
  expect(again.stdout).not.toContain('secret');
  expect((await runRoles()).stdout).toBe(again.stdout);
});

describe('a service with the role', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startServiceOn(database, { ...environment, KEY_PRUNE_INTERVAL_MS: '50' });
  });
  afterAll(() => service.stop());

  it('is ready, records, lists, and serves pages and metrics', async () => {
    const http = request(service.url);
    await http.get('/-/health/ready').expect(200);
    for (const visits of [1, 2]) expect((await http.get('/alice').expect(200)).body.visits).toBe(visits);
    const keyed = () => http.get('/alice').set('Idempotency-Key', 'k-1').expect(200);
    expect((await keyed()).body.visits).toBe(3);
    expect((await keyed()).headers['idempotent-replayed']).toBe('true');
    expect((await http.get('/bob').set('Idempotency-Key', 'k-2').expect(200)).body.visits).toBe(1);
    expect(await (await fetch(`${service.url}/-/hit/alice.svg`)).text()).toContain('visits: 4');
    for (const path of [
      '/',
      '/?sort=-visits&search=a',
      '/?since=2026-01-01T00:00:00Z',
      '/-/visitors/alice',
      '/-/history',
      '/-/visitors/alice/history',
      '/-/summary',
      '/-/badge/alice.svg',
      '/-/badge/alice.json',
    ]) {
      const { status } = await http.get(path);
      expect([path, status]).toEqual([path, 200]);
    }
    await http.get('/').set('Accept', 'text/html').expect(200, /alice/);
    expect((await runProgram('cli/footfall.js', ['totals', 'verify'], environment)).code).toBe(0);
    await http.get('/-/metrics').expect(200, /^footfall_totals_drift 0$/m);
  });

  it('reuses and removes expired keys', async () => {
    const visit = (name: string) =>
      request(service.url).get(`/${name}`).set('Idempotency-Key', 'o-1').expect(200);
    await visit('carol');
    await database.query(`INSERT INTO idempotency_keys (key, visitor_id, visits, created_at)
      SELECT 'x-' || k, (SELECT min(id) FROM visitors), 1, now() - interval '25 hours' FROM generate_series(1, 10) k`);
    const old = `SELECT key FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`;
    const deadline = performance.now() + 10_000;
    while ((await database.query(old)).length > 0 && performance.now() < deadline);
    expect(await database.query(old)).toEqual([]);
    const claim = `INSERT INTO idempotency_keys AS held (key, visitor_id, visits)
      SELECT 'o-1', id, 7 FROM visitors WHERE username = 'carol'
      ON CONFLICT (key) DO UPDATE SET visitor_id = excluded.visitor_id, visits = excluded.visits,
        created_at = excluded.created_at RETURNING visits`;
    expect(await queryAs(database, role, claim)).toEqual([{ visits: '7' }]);
  });

  it('remembers a client for a day', async () => {
    const visits = async () => {
      const { body } = await request(service.url).get('/erin?once=day').expect(200);
      return (body as { visits: number }).visits;
    };
    expect([await visits(), await visits()]).toEqual([1, 1]);
    await database.query(`UPDATE counted_clients SET counted_at = counted_at - interval '25 hours'`);
    expect(await visits()).toBe(2);
    await database.query(`UPDATE counted_clients SET counted_at = counted_at - interval '25 hours'`);
    const clients = () => database.query('SELECT FROM counted_clients');
    const deadline = performance.now() + 10_000;
    while ((await clients()).length > 0 && performance.now() < deadline);
    expect(await clients()).toEqual([]);
  });
});

it.each([
  'UPDATE visits SET visited_at = now()',
  'UPDATE visits SET visitor_id = 1',
  'DELETE FROM visits',
  'TRUNCATE visits',
  'SELECT * FROM visits FOR UPDATE',
  'BEGIN; LOCK TABLE visits IN ACCESS EXCLUSIVE MODE',
  `INSERT INTO visits (visitor_id, visited_at) VALUES (1, '2000-01-01')`,
  'INSERT INTO visits (id, visitor_id) VALUES (1000000, 1)',
  'ALTER TABLE visits DISABLE TRIGGER ALL',
  'DROP TABLE visits',
  `UPDATE visitors SET username = 'mallory'`,
  'UPDATE visitors SET hidden_at = now()',
  `INSERT INTO visitor_aliases VALUES ('mallory', 1)`,
  'SELECT * FROM visitor_changes',
  'DELETE FROM visitors',
  'TRUNCATE visitors CASCADE',
  'UPDATE visit_totals SET visits = 1000',
  'UPDATE visit_totals SET visitor_id = visitor_id',
  'UPDATE visit_totals SET visitor_id = 1000000 WHERE visitor_id = 1',
  'INSERT INTO visit_totals (visitor_id, visits) VALUES (1000000, 1000)',
  'DELETE FROM visit_totals',
  'TRUNCATE visit_totals',
  'TRUNCATE idempotency_keys',
  `INSERT INTO balance_imports (source) VALUES ('me')`,
  'INSERT INTO opening_balances (import_id, visitor_id, visits) VALUES (1, 1, 1000)',
  'DELETE FROM opening_balances',
  'INSERT INTO totals_verifications (visitors, visits, drifted) VALUES (1, 1, 0)',
  `INSERT INTO schema_migrations (name) VALUES ('none')`,
  'DELETE FROM schema_migrations',
  `SELECT setval(pg_get_serial_sequence('visits', 'id'), 1)`,
  'CREATE TABLE mine (id int)',
  'CREATE TEMPORARY TABLE mine (id int)',
  'CREATE TRIGGER mine AFTER INSERT ON visits FOR EACH STATEMENT EXECUTE FUNCTION add_to_visit_totals()',
  `SET session_replication_role = 'replica'`,
  `COPY visits TO PROGRAM 'true'`,
  `SELECT pg_read_file('/etc/passwd')`,
  'CREATE ROLE mallory',
])('denies the role: %s', async (sql) => {
  await database.query(`INSERT INTO visitors (id, username) VALUES (1, 'first') ON CONFLICT DO NOTHING`);
  const count = `SELECT (SELECT count(*) FROM visits) AS logged, (SELECT sum(visits) FROM visit_totals) AS total`;
  const before = await database.query(count);
  await expect(queryAs(database, role, sql)).rejects.toMatchObject({ code: '42501' });
  expect(await database.query(count)).toEqual(before);
});

it('does not let the role leave the totals out', async () => {
  await database.query(`INSERT INTO visitors (id, username) VALUES (1, 'first') ON CONFLICT DO NOTHING`);
  const read = `SELECT visits::int FROM visit_totals WHERE visitor_id = 1`;
  const [before] = await database.query<{ visits: number }>(read);
  await queryAs(
    database,
    role,
    `SET footfall.totals = 'by import'; INSERT INTO visits (visitor_id) VALUES (1)`,
  );
  expect(await database.query(read)).toEqual([{ visits: before!.visits + 1 }]);
});

it('does not let the role become the owner', async () => {
  const owner = environment['DB_OWNER_USERNAME'] ?? '';
  await expect(queryAs(database, role, `SET ROLE "${owner}"`)).rejects.toMatchObject({ code: '42501' });
});

it('updates totals by the trigger, although it may not write them', async () => {
  const visits = `SELECT visits FROM visit_totals JOIN visitors ON visitors.id = visitor_id WHERE username = 'dave'`;
  await queryAs(database, role, `INSERT INTO visitors (username) VALUES ('dave')`);
  expect(await queryAs(database, role, visits)).toEqual([{ visits: '0' }]);
  await queryAs(
    database,
    role,
    `INSERT INTO visits (visitor_id) SELECT id FROM visitors WHERE username = 'dave'`,
  );
  expect(await queryAs(database, role, visits)).toEqual([{ visits: '1' }]);
});

it('applies its limits to every login of the role, and none to the owner', async () => {
  const read = `SELECT name, setting FROM pg_settings WHERE name IN
    ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') ORDER BY name`;
  const limits = await queryAs(database, role, read);
  expect(Object.fromEntries(limits.map(({ name, setting }) => [name, setting]))).toEqual({
    statement_timeout: '3000',
    lock_timeout: '2500',
    idle_in_transaction_session_timeout: '5000',
    ...((await readServerMajor(database)) >= 17 ? { transaction_timeout: '10000' } : {}),
  });
  expect(new Set((await database.query<{ setting: string }>(read)).map(({ setting }) => setting))).toEqual(
    new Set(['0']),
  );
  await expect(queryAs(database, role, 'SELECT pg_sleep(20)')).rejects.toMatchObject({ code: '57014' });
});

it('reads the password from a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-roles-'));
  try {
    const file = join(folder, 'password');
    writeFileSync(file, 'another one\n');
    expect((await runRoles(['--password-file', file])).code).toBe(0);
    expect(await queryAs(database, { ...role, password: 'another one' }, 'SELECT 1 AS one')).toEqual([
      { one: 1 },
    ]);
    await expect(queryAs(database, role, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await runRoles()).code).toBe(0);
    await queryAs(database, role, 'SELECT 1');
    const kept = await runRoles([], { DB_PASSWORD: '' });
    expect(kept.stdout).toContain('unchanged: its password');
    await queryAs(database, role, 'SELECT 1');
    const odd = await runRoles([], { DB_PASSWORD: 'pässword' });
    expect(odd).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^footfall: the password .*ASCII.*\n$/),
    });
    expect(odd.stderr).not.toContain('ssword\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('revokes other privileges of the role', async () => {
  await database.query(`GRANT ALL ON visits, visit_totals TO ${role.username}`);
  await database.query(`GRANT CREATE ON SCHEMA public TO ${role.username}`);
  expect((await runRoles()).code).toBe(0);
  for (const sql of [
    'DELETE FROM visits',
    'UPDATE visit_totals SET visits = 0',
    'CREATE TABLE mine (id int)',
  ]) {
    await expect(queryAs(database, role, sql)).rejects.toMatchObject({ code: '42501' });
  }
});

it('refuses a role that could change the log another way, and names that way', async () => {
  await database.query('GRANT DELETE ON visits TO PUBLIC');
  const everybody = await runRoles();
  await database.query('REVOKE DELETE ON visits FROM PUBLIC');
  expect(everybody).toMatchObject({ code: 1, stderr: expect.stringMatching(/may change or delete visits/) });

  const owner = environment['DB_OWNER_USERNAME'] ?? '';
  await database.query(`GRANT "${owner}" TO ${role.username}`);
  const member = await runRoles();
  await database.query(`REVOKE "${owner}" FROM ${role.username}`);
  expect(member).toMatchObject({ code: 1, stderr: expect.stringMatching(/a member of /) });

  const same = await runRoles([], { DB_OWNER_USERNAME: role.username, DB_OWNER_PASSWORD: role.password });
  expect(same).toMatchObject({ code: 1, stderr: expect.stringMatching(/set DB_OWNER_USERNAME/) });
  expect((await runRoles()).code).toBe(0);
});

it('names the owner login that a command needs', async () => {
  const { code, stderr } = await runProgram('cli/footfall.js', ['totals', 'verify'], {
    ...environment,
    DB_OWNER_USERNAME: '',
    DB_OWNER_PASSWORD: '',
  });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^footfall: .*permission denied.*DB_OWNER_USERNAME.*\n$/),
  ]);
});

describe('with an owner that is not a superuser, as on RDS', () => {
  const owner = { username: nameRole('owner'), password: 'of the tables' };
  const other = { username: nameRole('other_service'), password: 'of the service' };
  let empty: TestDatabase;
  let owned: Record<string, string>;
  beforeAll(async () => {
    empty = await createTestDatabase('template0', '_owned');
    await dropRoles(empty, other.username, owner.username);
    await empty.query(`CREATE ROLE ${owner.username} LOGIN CREATEROLE PASSWORD '${owner.password}'`);
    await empty.query(`ALTER DATABASE ${empty.name} OWNER TO ${owner.username}`);
    owned = ownedEnvironment(empty, other, owner);
  });
  afterAll(async () => {
    await empty.query(`ALTER DATABASE ${empty.name} OWNER TO CURRENT_USER`);
    await dropRoles(empty, other.username, owner.username);
    await empty.drop();
  });

  it('sets up the role before or after the tables', async () => {
    const first = await runProgram('cli/footfall.js', ['roles'], owned);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^done: REVOKE TEMPORARY/m);
    const half = await runProgram('cli/footfall.js', ['migrate', 'up', '--step', '1'], owned);
    expect(half).toMatchObject({ code: 0, stderr: '' });
    expect(await queryAs(empty, other, 'SELECT count(*)::int AS n FROM visits')).toEqual([{ n: 0 }]);
    const up = await runProgram('cli/footfall.js', ['migrate', 'up'], owned);
    expect(up).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/granted to footfall_other_service_/),
    });
    expect(await runProgram('cli/footfall.js', ['roles'], owned)).toMatchObject({ code: 0, stderr: '' });

    const service = await startServiceOn(empty, owned);
    try {
      for (const visits of [1, 2]) {
        expect((await request(service.url).get('/alice').expect(200)).body.visits).toBe(visits);
        await request(service.url).get('/bob').set('Idempotency-Key', 'b').expect(200);
      }
      await request(service.url).get('/-/health/ready').expect(200);
    } finally {
      await service.stop();
    }
    await expect(queryAs(empty, other, 'DELETE FROM visits')).rejects.toMatchObject({ code: '42501' });
    const verified = await runProgram('cli/footfall.js', ['totals', 'verify', '--json'], owned);
    expect(JSON.parse(verified.stdout)).toMatchObject({ visitors: 2, visits: 3, drifts: [] });
  });
});
