import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ RATE_LIMIT_READS: '0' });
  await service.http.get('/alice').expect(200);
});
afterAll(() => service.stop());

const elsewhere = 'https://site.example';
const allowed = (response: Response): string | null => response.headers.get('access-control-allow-origin');

interface Ask extends RequestInit {
  readonly headers?: Record<string, string>;
}

function ask(path: string, { headers, ...init }: Ask = {}, url = service.url): Promise<Response> {
  return fetch(`${url}${path}`, { ...init, headers: { Origin: elsewhere, ...headers } });
}

const exposed =
  'Idempotent-Replayed, Link, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, Retry-After, Visit-Ignored, X-Request-Id';

it.each([
  ['GET', '/alice', 200],
  ['HEAD', '/alice', 200],
  ['POST', '/alice', 200],
  ['POST', '/-/visits?name=alice', 200],
  ['GET', '/-/hit/alice.svg', 200],
  ['HEAD', '/-/hit/alice.svg', 200],
  ['GET', '/-/badge/alice.svg?label=x', 200],
  ['GET', '/-/badge/alice.json', 200],
  ['GET', '/-/visitors/alice', 200],
  ['GET', '/-/visitors/alice/history?interval=all', 200],
  ['GET', '/%00', 400],
  ['GET', '/%ff', 400],
  ['GET', '/-/badge/alice.svg?style=none', 400],
  ['POST', '/-/visits', 400],
  ['GET', '/-/visitors/nobody', 404],
  ['DELETE', '/alice', 405],
  ['GET', `/${'a'.repeat(9000)}`, 414],
])('lets a page of any origin read %s %s', async (method, path, status) => {
  const response = await ask(path, { method });
  expect(response.status).toBe(status);
  expect(allowed(response)).toBe('*');
  expect(response.headers.get('access-control-expose-headers')).toBe(exposed);
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
});

it('lets a page of any origin read 413, 429 and 503', async () => {
  const large = await ask('/alice', { method: 'POST', body: 'x'.repeat(1025) });
  expect([large.status, allowed(large)]).toEqual([413, '*']);
  const limited = await startServiceOn(service.database, { DB_PORT: '1', RATE_LIMIT_VISITS: '1' });
  try {
    const seen = [await ask('/alice', {}, limited.url), await ask('/alice', {}, limited.url)];
    expect(seen.map((response) => [response.status, allowed(response)])).toEqual([
      [503, '*'],
      [429, '*'],
    ]);
  } finally {
    await limited.stop();
  }
});

it('answers the preflight of a request with Idempotency-Key', async () => {
  for (const [path, methods] of [
    ['/alice', 'GET, HEAD, POST, OPTIONS'],
    ['/-/visits?name=alice', 'POST, OPTIONS'],
    ['/-/hit/alice.svg', 'GET, HEAD, OPTIONS'],
    ['/-/visitors/alice', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const response = await ask(path, {
      method: 'OPTIONS',
      headers: {
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'idempotency-key',
      },
    });
    expect(response.status).toBe(204);
    expect(allowed(response)).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toBe(methods);
    expect(response.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(response.headers.get('access-control-max-age')).toBe('7200');
  }
});

const ownPaths = [
  '/',
  '/-/summary',
  '/-/history',
  '/-/openapi.json',
  '/-/docs',
  '/-/health/ready',
  '/-/nothing',
];

it('keeps lists, summaries and pages to its own origin', async () => {
  for (const path of ownPaths) {
    const response = await ask(path);
    expect([path, allowed(response)]).toEqual([path, null]);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const preflight = await ask(path, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-methods')).toBeNull();
    if (path !== '/-/nothing')
      expect([preflight.status, preflight.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  }
  for (const path of ['/', '/-/visitors/alice', '/-/visitors/nobody']) {
    const page = await ask(path, { headers: { Accept: 'text/html' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect([path, allowed(page)]).toEqual([path, null]);
    expect(page.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  }
});

it('lets the pages of CORS_ORIGINS read everything', async () => {
  const listed = await startServiceOn(service.database, {
    CORS_ORIGINS: `${elsewhere}, http://localhost:3000`,
  });
  const open = await startServiceOn(service.database, { CORS_ORIGINS: '*' });
  try {
    for (const path of ownPaths) {
      const response = await ask(path, {}, listed.url);
      expect([path, allowed(response)]).toEqual([path, elsewhere]);
      expect(response.headers.get('vary')).toMatch(/\bOrigin\b/);
      const other = await ask(path, { headers: { Origin: 'https://other.example' } }, listed.url);
      expect([path, allowed(other)]).toEqual([path, null]);
      expect(other.headers.get('vary')).toMatch(/\bOrigin\b/);
      expect(allowed(await ask(path, {}, open.url))).toBe('*');
    }
    const list = await ask('/', {}, listed.url);
    expect(list.headers.get('vary')).toMatch(/\bAccept\b.*\bOrigin\b/);
    expect(allowed(await ask('/alice', {}, listed.url))).toBe('*');
  } finally {
    await listed.stop();
    await open.stop();
  }
});

describe('POST', () => {
  it('records like GET, with an empty or an ignored body', async () => {
    const bodies = [undefined, '', 'x'.repeat(1024), '{"a":1}'];
    let visits = 0;
    for (const path of ['/poster', '/-/visits?name=poster']) {
      for (const body of bodies) {
        visits += 1;
        const response = await ask(path, { method: 'POST', ...(body === undefined ? {} : { body }) });
        expect(response.headers.get('cache-control')).toContain('no-store');
        expect(await response.json()).toMatchObject({ username: 'poster', visits });
      }
    }
    expect(await service.listed('poster')).toBe(visits);
  });

  it('records once under a key, whatever the method and the path', async () => {
    const keyed = { headers: { 'Idempotency-Key': 'one' } };
    const seen = [
      await ask('/-/visits?name=keyed', { method: 'POST', ...keyed }),
      await ask('/keyed', { method: 'POST', ...keyed }),
      await ask('/keyed', keyed),
    ];
    expect(seen.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true', 'true']);
    expect(await service.listed('keyed')).toBe(1);
  });

  it('takes any name that GET takes', async () => {
    const { body } = await service.http.post('/-/visits').query({ name: 'e\u0301 &+' }).expect(200);
    expect(body).toMatchObject({ username: 'é &+', visits: 1 });
    await service.http.get(`/${encodeURIComponent('é &+')}`).expect(200, { ...body, visits: 2 });
  });

  it.each([
    ['/-/visits', 'invalid-parameter', '"name" must be given'],
    ['/-/visits?name=a&name=b', 'invalid-parameter', 'given only once'],
    ['/-/visits?name=', 'invalid-username', 'empty'],
    ['/-/visits?name=a%00', 'invalid-username', 'cannot be seen'],
  ])('refuses %s', async (path, code, detail) => {
    const { body } = await service.http.post(path).expect(400);
    expect(body).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });

  it('is not allowed where nothing is recorded', async () => {
    for (const path of ['/', '/-/summary', '/-/badge/alice.svg', '/favicon.ico']) {
      await service.http.post(path).expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
    }
    await service.http.get('/-/visits?name=alice').expect(405).expect('Allow', 'POST, OPTIONS');
  });
});
