import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, SettingsError } from '../../src/config/load-settings';
import { logInAsOwner } from '../../src/config/log-in-as-owner';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

it('serves on port 8000 of this machine with the embedded database if nothing is set', () => {
  expect(loadSettings({})).toMatchObject({
    http: { host: '127.0.0.1', port: 8000 },
    database: { kind: 'embedded', dataDirectory: '.data' },
    pool: { size: 10, recycleMs: 60_000 },
  });
});

it('treats an empty value as not set', () => {
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

it.each([
  ['[2001:db8::1]:6543', '2001:db8::1', 6543],
  ['%2Frun%2Fpostgresql', '/run/postgresql', 5432],
  ['%2Frun%2Fpostgresql:6543', '/run/postgresql', 6543],
])('reads the host %s from a URL', (place, host, port) => {
  expect(loadSettings({ DATABASE_URL: `postgres://a:b@${place}/c` }).database).toMatchObject({ host, port });
});

it.each([
  ['a:b@h/c#f', '%23 for "#"'],
  ['a:b@h/c#', '%23 for "#"'],
  ['a:b#x@h/c', '%23 for "#"'],
  ['a:b/x@h/c', '%2F for "/"'],
  ['a:b@x/y@h/c', '%2F for "/", %40 for "@"'],
  ['a:b?x@h/c', '%3F for "?"'],
  ['a:b\tx@h/c', '%09'],
  ['a:b@h/c ', '%20'],
  ['a:100%@h/c', '%25 for "%"'],
  ['h/c', 'must name a user'],
  [':b@h/c', 'must name a user'],
  ['a:b@h:0/c', 'must have a port from 1 to 65535'],
  ['a:b@h:65536/c', 'must have the form'],
  ['a:b@h', 'must have the form'],
  ['a:b@h/', 'must have the form'],
])('refuses the URL of a database postgres://%s', (rest, reason) => {
  expect(faultsOf({ DATABASE_URL: `postgres://${rest}` })).toEqual([expect.stringContaining(reason)]);
});

it('takes the password from DATABASE_URL or DB_PASSWORD, but not from both', () => {
  const url = { DATABASE_URL: 'postgres://a@h/c' };
  expect(loadSettings({ ...url, DB_PASSWORD: ' p ' }).database).toMatchObject({ password: ' p ' });
  expect(faultsOf({ DATABASE_URL: 'postgres://a:b@h/c', DB_PASSWORD: 'p' })).toEqual([
    'DB_PASSWORD: must not be set together with a password in DATABASE_URL',
  ]);
});

it.each([
  ['[::1]', '::1'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['db.example', 'db.example'],
  ['/run/postgresql', '/run/postgresql'],
])('connects to the host %s', (DB_HOST, host) => {
  expect(loadSettings({ DB_HOST, DB_NAME: 'c', DB_USERNAME: 'a' }).database).toMatchObject({ host });
});

it.each(['db:5432', '[::1]:5432', 'postgres://db', 'db ', 'a@db'])('refuses the host %j', (DB_HOST) => {
  expect(faultsOf({ DB_HOST, DB_NAME: 'c', DB_USERNAME: 'a' })).toEqual([
    'DB_HOST: must be a host without a port; set DB_PORT for the port',
  ]);
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
      expect.stringContaining('DB_PASSWORD: must not be set together with DB_PASSWORD_FILE'),
    ]);
    expect(faultsOf({ DATABASE_URL_FILE: join(folder, 'missing') })).toEqual([
      expect.stringMatching(/^DATABASE_URL_FILE: .*no such file/),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ['p \n', 'p '],
  [' p\t\r\n', ' p\t'],
  ['p', 'p'],
  ['\uFEFFp\n\n', 'p'],
])('reads the secret file %j without its line end', (content, password) => {
  expect(readSecret(Buffer.from(content))).toMatchObject({ password });
});

it.each([
  [Buffer.from('\n'), 'the file is empty'],
  [Buffer.from('é', 'latin1'), 'the file is not UTF-8'],
])('refuses the secret file %j', (content, reason) => {
  expect(() => readSecret(content)).toThrow(`DB_PASSWORD_FILE: ${reason}`);
});

function readSecret(content: Buffer): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-secrets-'));
  try {
    const DB_PASSWORD_FILE = join(folder, 'password');
    writeFileSync(DB_PASSWORD_FILE, content);
    return loadSettings({ DB_HOST: 'db', DB_NAME: 'c', DB_USERNAME: 'a', DB_PASSWORD_FILE }).database;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('separates the owner of the tables from the service if both are named', () => {
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
  const behind = loadSettings({ ...service, DB_OWNER_PORT: '5433' }).database;
  expect(behind).toMatchObject({ host: 'db', port: 5432 });
  expect(logInAsOwner(behind)).toMatchObject({ host: 'db', port: 5433, username: 'app' });
  const url = loadSettings({ DATABASE_URL: 'postgres://app:a@db/visits', ...owner }).database;
  expect(logInAsOwner(url)).toMatchObject({ database: 'visits', username: 'owner', password: 'o' });
  expect(faultsOf({ ...service, DB_OWNER_PASSWORD: 'o' })).toEqual([
    expect.stringContaining('DB_OWNER_USERNAME: must be set'),
  ]);
  expect(faultsOf({ DB_OWNER_USERNAME: 'owner' })).toEqual([
    expect.stringContaining('DB_OWNER_USERNAME: must not be set'),
  ]);
});

it('serves the metrics on METRICS_PORT, at the address of the service unless METRICS_HOST is set', () => {
  expect(loadSettings({}).metrics).toBeUndefined();
  expect(loadSettings({ METRICS_PORT: '9464', HOST: '0.0.0.0' }).metrics).toEqual({
    host: '0.0.0.0',
    port: 9464,
  });
  expect(loadSettings({ METRICS_PORT: '9464', METRICS_HOST: '127.0.0.2' }).metrics).toEqual({
    host: '127.0.0.2',
    port: 9464,
  });
});

it('reports to New Relic only with a licence key', () => {
  expect(loadSettings({ NEW_RELIC_APP_NAME: 'Count' }).newRelic).toBeUndefined();
  const environment = { NEW_RELIC_LICENSE_KEY: 'f00NRAL', NEW_RELIC_APP_NAME: 'Count' };
  expect(loadSettings(environment).newRelic).toEqual({ licenseKey: 'f00NRAL', appName: 'Count' });
  expect(faultsOf({ NEW_RELIC_LICENSE_KEY: 'my key' })).toEqual([
    expect.stringMatching(/^NEW_RELIC_LICENSE_KEY: must be a licence key/),
  ]);
});

it('reports all faults at once', () => {
  expect(faultsOf({ PORT: 'http', LOG_LEVEL: 'loud', DB_POOL_SIZE: '0', DB_POOL_RECYCLE: '1.5' })).toEqual([
    'PORT: must be a whole number from 0 to 65535',
    'DB_POOL_SIZE: must be a whole number from 1 to 500',
    'DB_POOL_RECYCLE: must be a whole number of at least 1',
    'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent',
  ]);
  // `Number` reads these as 0, 8080, 1000 and 5.
  expect(faultsOf({ PORT: ' ', METRICS_PORT: '0x1f90', DB_POOL_RECYCLE: '1e3', DB_POOL_SIZE: '+5' })).toEqual(
    [
      'PORT: must be a whole number from 0 to 65535',
      'DB_POOL_SIZE: must be a whole number from 1 to 500',
      'DB_POOL_RECYCLE: must be a whole number of at least 1',
      'METRICS_PORT: must be a whole number from 0 to 65535',
    ],
  );
  expect(
    faultsOf({
      DB_PASSWORD: 'x',
      DB_QUERY_TIMEOUT_MS: '10',
      ANSWER_TIMEOUT_MS: '9',
      DB_SSL: 'verify-full',
      DB_SSL_CA_FILE: '/none',
    }),
  ).toEqual([
    expect.stringContaining('DB_QUERY_TIMEOUT_MS'),
    expect.stringContaining('ANSWER_TIMEOUT_MS'),
    expect.stringContaining('DB_HOST: must be set'),
    expect.stringContaining('DB_NAME: must be set'),
    expect.stringContaining('DB_USERNAME: must be set'),
    expect.stringContaining('DB_SSL_CA_FILE'),
  ]);
});

it('refuses an invalid URL without repeating its password', () => {
  const faults = faultsOf({ DATABASE_URL: 'mysql://root:hunter2@db/visits?sslmode=require', DB_HOST: 'db' });
  expect(faults).toHaveLength(3);
  expect(faults.join(' ')).not.toContain('hunter2');
});

it.each(['/count', '/tools/count', '/-x', '/.count', '/a.b_c~d-e'])('serves below %s', (BASE_PATH) => {
  expect(loadSettings({ BASE_PATH }).http.basePath).toBe(BASE_PATH);
});

it('serves at the root without a base path', () => {
  expect([loadSettings({}), loadSettings({ BASE_PATH: '' })].map(({ http }) => http.basePath)).toEqual([
    '',
    '',
  ]);
});

it.each([
  ...[
    'count',
    '/',
    '/count/',
    '//count',
    '/a//b',
    '/a/../b',
    '/..',
    '/.',
    '/a b',
    '/a%20b',
    '/ä',
    '/a?b',
    '/a:b',
  ],
  // The service has paths of its own there.
  ...['/-', '/-/count'],
])('refuses the base path %s', (BASE_PATH) => {
  expect(faultsOf({ BASE_PATH })).toEqual([
    expect.stringMatching(/^BASE_PATH: must be a path such as \/count/),
  ]);
});

it('reads the origins that may read everything', () => {
  expect(loadSettings({}).http.corsOrigins).toEqual([]);
  const CORS_ORIGINS = 'https://example.org, http://localhost:3000,http://[::1]:8080';
  expect(loadSettings({ CORS_ORIGINS }).http.corsOrigins).toEqual(CORS_ORIGINS.split(/, ?/));
  expect(loadSettings({ CORS_ORIGINS: '*' }).http.corsOrigins).toEqual(['*']);
});

it.each([
  'example.org',
  'https://example.org/',
  'https://EXAMPLE.org',
  'https://example.org:443',
  'null',
  'https://a.example,',
])('refuses the origin %s', (CORS_ORIGINS) => {
  expect(faultsOf({ CORS_ORIGINS })).toEqual([expect.stringMatching(/^CORS_ORIGINS: must be \* or origins/)]);
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

it('counts every client and every name if nothing is set', () => {
  expect(loadSettings({}).http.admission).toMatchObject({ bots: 'count', names: 'open', reservedNames: [] });
  expect(loadSettings({}).http.rateLimits.names).toBe(0);
});

it('reads which names are counted', () => {
  const { names, reservedNames } = loadSettings({
    NAMES: 'pattern:a|b{2}',
    RESERVED_NAMES: 'common, x ,*.y',
  }).http.admission;
  expect(['a', 'bb', 'ab', 'abb', 'aa'].map((name) => (names as RegExp).test(name))).toEqual([
    ...[true, true, false, false, false],
  ]);
  expect(reservedNames).toEqual(['common', 'x', '*.y']);
});

it.each([
  ['NAMES', 'closed', 'must be open, known, or pattern: and a regular expression'],
  ['NAMES', 'pattern:', 'must be open, known, or pattern: and a regular expression'],
  ['NAMES', 'pattern:[a', 'must have a valid pattern'],
  ['NAMES', 'pattern:a)|(b', 'must have a valid pattern'],
  ['NAMES', 'pattern:\\p', 'must have a valid pattern'],
  ['RESERVED_NAMES', 'a,,b', 'must not have an empty entry'],
  ['BOTS', 'yes', 'must be one of count, ignore'],
  ['RATE_LIMIT_NAMES', '-1', 'must be a whole number of at least 0'],
])('refuses %s=%s', (name, value, fault) => {
  expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(`${name}: ${fault}`)]);
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

it('opens everything without a read key, and the numbers with one', () => {
  const READ_KEY = 'x'.repeat(16);
  expect(loadSettings({}).http.reading).toEqual({ key: undefined, public: 'all' });
  expect(loadSettings({ READ_KEY }).http.reading).toEqual({ key: READ_KEY, public: 'numbers' });
  expect(loadSettings({ READ_KEY, PUBLIC: 'nothing' }).http.reading.public).toBe('nothing');
  expect(loadSettings({ READ_KEY: '', PUBLIC: 'all' }).http.reading.public).toBe('all');
});

it.each(['x'.repeat(15), 'x'.repeat(257), `${'x'.repeat(20)} y`, `${'x'.repeat(20)}é`])(
  'refuses the read key %j without repeating it',
  (READ_KEY) => {
    expect(faultsOf({ READ_KEY })).toEqual([
      'READ_KEY: must have 16 to 256 visible ASCII characters, for example the output of "openssl rand -hex 32"',
    ]);
  },
);

it.each(['numbers', 'nothing'])('refuses PUBLIC=%s without a read key', (PUBLIC) => {
  expect(faultsOf({ PUBLIC })).toEqual([
    'PUBLIC: must be all without READ_KEY, because nothing else could be read',
  ]);
});
