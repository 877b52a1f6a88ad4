import { createToPath } from '../../src/http/base-path';
import { createReaderSession } from '../../src/http/middleware/reader-session';
import type { RunningService } from '../../src/lifecycle/start-service';
import { listEndpoints } from '../support/list-endpoints';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

const key = 'a-key-of-the-tests-only';
const bearer = { Authorization: `Bearer ${key}` };

let service: TestService;
const others: RunningService[] = [];
beforeAll(async () => {
  service = await startTestService({ READ_KEY: key });
  await service.http.get('/alice').expect(200);
});
afterAll(async () => {
  for (const other of others) await other.stop();
  await service.stop();
});

async function start(environment: Record<string, string>): Promise<string> {
  const other = await startServiceOn(service.database, environment);
  others.push(other);
  return other.url;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const ask = (url: string, options: Ask = {}): Promise<Response> =>
  fetch(url, { redirect: 'manual', ...options });

async function signIn(url = service.url): Promise<string> {
  const answer = await ask(`${url}/-/sign-in`, { method: 'POST', body: `key=${key}` });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

/** Every endpoint and who may read it. A new endpoint belongs into one of these lists. */
const audiences = {
  anyone: [
    ...['GET POST /:username', 'POST /-/visits', 'GET /-/hit/:username.svg'],
    ...['GET /-/sign-in', 'POST /-/sign-in', 'POST /-/sign-out'],
    ...['GET /-/assets/:file', 'GET /-/count.js', 'GET /-/openapi.json', 'GET /-/docs'],
    ...['GET /favicon.ico', 'GET /robots.txt', 'GET /apple-touch-icon{*variant}.png'],
    ...['manifest.json', 'site.webmanifest', 'browserconfig.xml', 'sitemap.xml', 'sitemap_index.xml'].map(
      (file) => `GET /${file}`,
    ),
    ...['ads.txt', 'app-ads.txt', 'humans.txt', 'security.txt', 'crossdomain.xml', '.well-known'].map(
      (file) => `GET /${file}`,
    ),
    ...['GET /-/health/live', 'GET /-/health/ready', 'GET /-/metrics'],
  ],
  numbers: [
    ...['GET /-/visitors/:username', 'GET /-/visitors/:username/events'],
    ...['GET /-/badge/:username.svg', 'GET /-/badge/:username.json', 'GET /-/spark/:username.svg'],
  ],
  readers: [
    // As a page and as JSON.
    ...['GET /', 'GET /'],
    // As a page.
    'GET /-/visitors/:username',
    ...['GET /-/summary', 'GET /-/events', 'GET /-/visitors/:username/summary'],
    ...['GET /-/history', 'GET /-/visitors/:username/history'],
  ],
};

it.each(Object.entries(audiences))('has exactly the known endpoints for %s', (audience, expected) => {
  const found = listEndpoints().filter((endpoint) => endpoint.audience === audience);
  expect(found.map(({ methods, path }) => `${methods.join(' ')} ${path}`).sort()).toEqual(
    [...expected].sort(),
  );
});

describe.each(['all', 'numbers', 'nothing'] as const)('PUBLIC=%s', (open) => {
  let url: string;
  beforeAll(async () => {
    url = await start({ READ_KEY: key, PUBLIC: open });
  });
  const closed = { anyone: [] as string[], numbers: ['nothing'], readers: ['numbers', 'nothing'] };
  const cases = listEndpoints()
    // Signing in is tested below.
    .filter(({ path }) => !path.startsWith('/-/sign-'))
    .flatMap(({ audience, methods, path, responses }) =>
      [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].map((method) => {
        const isPage = responses[200]?.content['text/html'] !== undefined;
        return [
          method,
          path.replace(':username', 'alice').replace('{*variant}', ''),
          isPage,
          audience,
        ] as const;
      }),
    );

  it.each(cases)('answers %s %s (page: %s) for %s', async (method, path, isPage, audience) => {
    const target = `${url}${path === '/-/visits' ? `${path}?name=alice` : path}`;
    const accept = isPage ? { Accept: 'text/html' } : { Accept: 'application/json' };
    const without = await ask(target, {
      method,
      headers: { ...accept, 'If-None-Match': '*', Range: 'bytes=0-9' },
    });
    const withKey = await ask(target, { method, headers: { ...accept, ...bearer } });
    expect(withKey.status).not.toBe(401);
    expect(withKey.status).toBeLessThan(500);
    if (!closed[audience].includes(open)) {
      expect(without.status).toBe(withKey.status);
      expect(without.headers.get('vary') ?? '').not.toContain('Cookie');
      return;
    }
    expect(withKey.status).toBe(200);
    expect(without.status).toBe(401);
    expect(await without.text()).not.toMatch(/"visits":|class="number"|>alice</);
    for (const { headers } of [without, withKey]) {
      expect(headers.get('vary')).toMatch(/\bCookie, Authorization\b/);
      expect(headers.get('cache-control')).toMatch(/^no-store/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    expect(without.headers.get('etag')).toBeNull();
    const preflight = await ask(target, { method: 'OPTIONS' });
    expect(preflight.status).toBeLessThan(300);
    expect(await preflight.text()).not.toContain('alice');
  });
});

it('answers a recorded visit with its number whatever is public', async () => {
  const url = await start({ READ_KEY: key, PUBLIC: 'nothing' });
  const visit = await ask(`${url}/counted`);
  expect(await visit.json()).toMatchObject({ username: 'counted', visits: 1 });
  expect(await (await ask(`${url}/-/hit/counted.svg`)).text()).toContain('>2<');
});

it('refuses a program with a code that says what to send', async () => {
  const answer = await ask(`${service.url}/-/summary`);
  expect(await answer.json()).toMatchObject({ status: 401, code: 'read-key-required' });
  const wrong = await ask(`${service.url}/-/summary`, { headers: { Authorization: 'Bearer wrong' } });
  expect(await wrong.json()).toMatchObject({ status: 401, code: 'invalid-read-key' });
  expect(wrong.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
});

it.each(['Basic YWxpY2U6c2VjcmV0', key, 'Bearer', `Bearer ${key} more`, `Digest ${key}`])(
  'takes "Authorization: %s" for no key',
  async (Authorization) => {
    const answer = await ask(`${service.url}/-/summary`, { headers: { Authorization } });
    expect(await answer.json()).toMatchObject({ status: 401, code: 'read-key-required' });
  },
);

describe('the sign-in', () => {
  it('sets a cookie that every process with the key accepts', async () => {
    const answer = await ask(`${service.url}/-/sign-in?next=/-/visitors/alice`, {
      method: 'POST',
      body: `key=${key}`,
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/-/visitors/alice']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      /^footfall-reader=\d{10}\.[\w%]{40,60}; Max-Age=2592000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    const headers = { Cookie: cookie.split(';')[0]! };
    const otherProcess = await start({ READ_KEY: key });
    for (const url of [service.url, otherProcess]) {
      expect((await ask(`${url}/-/summary`, { headers })).status).toBe(200);
    }
    const otherKey = await start({ READ_KEY: `another-${key}` });
    expect((await ask(`${otherKey}/-/summary`, { headers })).status).toBe(401);
    const again = await ask(`${service.url}/-/sign-in`, { headers });
    expect([again.status, again.headers.get('location')]).toEqual([303, '/']);
  });

  it.each([
    ['Origin', 'https://HOST'],
    ['X-Forwarded-Proto', 'https'],
  ])('sets a secure cookie if %s says https', async (name, value) => {
    const url = await start({ READ_KEY: key, TRUSTED_PROXIES: 'loopback' });
    const answer = await ask(`${url}/-/sign-in`, {
      method: 'POST',
      body: `key=${key}`,
      headers: { [name]: value.replace('HOST', new URL(url).host) },
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it.each([
    'footfall-reader=',
    'footfall-reader=9999999999',
    'footfall-reader=9999999999.AAAA',
    `footfall-reader=${key}`,
    'footfall-reader=%ff.%',
    '__proto__=1',
    '=;;; ,',
  ])('refuses the forged cookie %s', async (Cookie) => {
    expect((await ask(`${service.url}/`, { headers: { Cookie } })).status).toBe(401);
  });

  it('refuses a cookie with a changed end', async () => {
    const Cookie = (await signIn()).replace(/=(\d+)/, (_all, end: string) => `=${Number(end) + 1}`);
    expect((await ask(`${service.url}/`, { headers: { Cookie } })).status).toBe(401);
  });

  it.each(['https://elsewhere.example', 'null', 'http://localhost'])(
    'refuses the form of a page of %s',
    async (Origin) => {
      for (const path of ['/-/sign-in', '/-/sign-out']) {
        const options = { method: 'POST', body: `key=${key}`, headers: { Origin } };
        const answer = await ask(`${service.url}${path}`, options);
        expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []]);
      }
    },
  );

  it.each(['cross-site', 'same-site', 'none'])('refuses a form of a %s page', async (site) => {
    const headers = { 'Sec-Fetch-Site': site, Origin: service.url };
    const answer = await ask(`${service.url}/-/sign-in`, { method: 'POST', body: `key=${key}`, headers });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
  });

  it('is a page that asks again without a key, and shows the page of the address afterwards', async () => {
    const page = await ask(`${service.url}/-/visitors/alice?tz=UTC`, { headers: { Accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(await page.text()).toContain('action="/-/sign-in?next=%2F-%2Fvisitors%2Falice%3Ftz%3DUTC"');
    const empty = await ask(`${service.url}/-/sign-in`, { method: 'POST', body: 'key=' });
    expect(empty.status).toBe(401);
    expect(await empty.text()).not.toContain('role="alert"');
  });

  it('reads a form of at most 1 KB', async () => {
    const large = await ask(`${service.url}/-/sign-in`, { method: 'POST', body: `key=${'x'.repeat(1021)}` });
    expect([large.status, (await large.json()).code]).toEqual([413, 'body-too-large']);
  });

  it('ends with the sign-out', async () => {
    const answer = await ask(`${service.url}/-/sign-out`, { method: 'POST' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/-/sign-in']);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^footfall-reader=; Path=\/; Expires=Thu, 01 Jan 1970/);
  });

  it.each([{}, { READ_KEY: key, PUBLIC: 'all' }])(
    'does not exist if everything is public',
    async (environment) => {
      const url = await start(environment);
      expect((await ask(`${url}/-/sign-in`)).status).toBe(404);
      expect((await ask(`${url}/-/sign-out`, { method: 'POST' })).status).toBe(404);
      expect(await (await ask(url, { headers: { Accept: 'text/html' } })).text()).not.toContain('Sign out');
    },
  );
});

it('ends a session after thirty days', () => {
  let now = Date.UTC(2026, 0, 1);
  const session = createReaderSession(key, () => now);
  const cookies: string[] = [];
  const response = {
    cookie: (name: string, value: string) => cookies.push(`${name}=${encodeURIComponent(value)}`),
    context: { toPath: createToPath() },
  };
  session.begin({ headers: {} } as never, response as never);
  const isValid = () => session.isValid({ headers: { cookie: cookies[0] } } as never);
  expect(isValid()).toBe(true);
  now += 30 * 86_400_000 - 1;
  expect(isValid()).toBe(true);
  now += 1;
  expect(isValid()).toBe(false);
});
