import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../src/config/load-settings';
import { logInAsOwner } from '../../src/config/log-in-as-owner';
import { SettingsError } from '../../src/config/settings-error';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

it('serves on port 8000 of this machine with the embedded database when nothing is set', () => {
  expect(loadSettings({})).toMatchObject({
    http: { host: '127.0.0.1', port: 8000 },
    database: { kind: 'embedded', dataDirectory: '.data' },
    pool: { size: 10, recycleMs: 60_000 },
  });
});

it('takes an empty value for one that is not set', () => {
  expect(loadSettings({ PORT: '', DB_HOST: '' })).toMatchObject({
    http: { port: 8000 },
    database: { kind: 'embedded' },
  });
});

it('reads a database address from a URL', () => {
  expect(loadSettings({ DATABASE_URL: 'postgres://us%40er:p%2Fw@db.example:6543/visits' }).database).toEqual({
    kind: 'external',
    host: 'db.example',
    port: 6543,
    database: 'visits',
    username: 'us@er',
    password: 'p/w',
    tls: undefined,
  });
});

it('reads a database address from its five settings', () => {
  const environment = { DB_HOST: 'db', DB_NAME: 'visits', DB_USERNAME: 'app', DB_PASSWORD: 'secret' };
  expect(loadSettings(environment).database).toMatchObject({
    kind: 'external',
    host: 'db',
    port: 5432,
    password: 'secret',
  });
});

it('reads secrets from files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-secrets-'));
  try {
    const file = join(folder, 'password');
    writeFileSync(file, 'from a file\n');
    const environment = { DB_HOST: 'db', DB_NAME: 'visits', DB_USERNAME: 'app', DB_PASSWORD_FILE: file };
    expect(loadSettings(environment).database).toMatchObject({ password: 'from a file' });
    expect(faultsOf({ ...environment, DB_PASSWORD: 'too' })).toEqual([
      expect.stringContaining('DB_PASSWORD: set both'),
    ]);
    expect(faultsOf({ DATABASE_URL_FILE: join(folder, 'missing') })).toEqual([
      expect.stringMatching(/^DATABASE_URL_FILE: .*no such file/),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('knows the owner of the tables apart from the service where both are named', () => {
  const service = { DB_HOST: 'db', DB_NAME: 'visits', DB_USERNAME: 'app', DB_PASSWORD: 'a' };
  const owner = { DB_OWNER_USERNAME: 'owner', DB_OWNER_PASSWORD: 'o' };
  const { database } = loadSettings({ ...service, ...owner });
  expect(database).toMatchObject({ username: 'app', owner: { username: 'owner', password: 'o' } });
  expect(logInAsOwner(database)).toMatchObject({ host: 'db', username: 'owner', password: 'o' });
  // Without an owner, or with the service for one, there is one login.
  for (const same of [{}, { DB_OWNER_USERNAME: 'app' }]) {
    const one = loadSettings({ ...service, ...same }).database;
    expect(logInAsOwner(one)).toBe(one);
  }
  const url = loadSettings({ DATABASE_URL: 'postgres://app:a@db/visits', ...owner }).database;
  expect(logInAsOwner(url)).toMatchObject({ database: 'visits', username: 'owner', password: 'o' });
  expect(faultsOf({ ...service, DB_OWNER_PASSWORD: 'o' })).toEqual([
    expect.stringContaining('DB_OWNER_USERNAME: missing'),
  ]);
  expect(faultsOf({ DB_OWNER_USERNAME: 'owner' })).toEqual([
    expect.stringContaining('DB_OWNER_USERNAME: set, although'),
  ]);
});

it('tells all faults together', () => {
  expect(faultsOf({ PORT: 'http', LOG_LEVEL: 'loud', DB_POOL_SIZE: '0' })).toEqual([
    expect.stringContaining('PORT'),
    expect.stringContaining('LOG_LEVEL'),
    expect.stringContaining('DB_POOL_SIZE'),
  ]);
  expect(
    faultsOf({ DB_PASSWORD: 'x', DB_QUERY_TIMEOUT_MS: '10', DB_SSL: 'verify-full', DB_SSL_CA_FILE: '/none' }),
  ).toEqual([
    expect.stringContaining('DB_QUERY_TIMEOUT_MS'),
    expect.stringContaining('DB_HOST: missing'),
    expect.stringContaining('DB_NAME: missing'),
    expect.stringContaining('DB_USERNAME: missing'),
    expect.stringContaining('DB_SSL_CA_FILE'),
  ]);
});

it('refuses a URL that it does not understand, without repeating the password in it', () => {
  const faults = faultsOf({ DATABASE_URL: 'mysql://root:hunter2@db/visits?sslmode=require', DB_HOST: 'db' });
  expect(faults).toHaveLength(3);
  expect(faults.join(' ')).not.toContain('hunter2');
});

it.each([
  ['loopback', ['loopback']],
  [
    '10.0.0.0/8, 192.0.2.1,2001:db8::/32 ,uniquelocal',
    ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', 'uniquelocal'],
  ],
])('reads the trusted proxies %s', (TRUSTED_PROXIES, expected) => {
  expect(loadSettings({ TRUSTED_PROXIES }).http.trustedProxies).toEqual(expected);
});

it.each([
  'all',
  'true',
  '1',
  '10.0.0.0/33',
  '0.0.0.0/0',
  '::/129',
  'proxy.example',
  '10.0.0.1,',
  'a/b/c',
  'fe80::1%lo',
])('refuses to trust %s', (TRUSTED_PROXIES) => {
  expect(faultsOf({ TRUSTED_PROXIES })).toEqual([expect.stringMatching(/^TRUSTED_PROXIES: .*10\.0\.0\.0/)]);
});
