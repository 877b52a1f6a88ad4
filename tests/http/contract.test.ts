import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const problemType = /^application\/problem\+json/;

describe('GET /<username>', () => {
  it('records a visit and returns its number', async () => {
    for (const visits of [1, 2, 3]) {
      const response = await service.http.get('/alice').expect(200);
      expect(response.body).toEqual({ id: expect.any(Number), username: 'alice', visits });
    }
  });

  it('commits the visit before it responds', async () => {
    await service.http.get('/committed');
    const rows = await service.database.query<{ count: string }>(
      'SELECT count(*) FROM visits JOIN visitors ON visitors.id = visitor_id WHERE username = $1',
      ['committed'],
    );
    expect(rows[0]!.count).toBe('1');
  });

  it('must not be cached and has no ETag', async () => {
    const { headers } = await service.http.get('/uncached');
    expect(headers['cache-control']).toContain('no-store');
    expect(headers).not.toHaveProperty('etag');
  });

  it('distinguishes names by case', async () => {
    await service.http.get('/Case');
    const { body } = await service.http.get('/case');
    expect(body.visits).toBe(1);
  });

  it('treats both Unicode forms of an accented name as one name', async () => {
    await service.http.get(`/${encodeURIComponent('caf\u00e9')}`);
    const { body } = await service.http.get(`/${encodeURIComponent('cafe\u0301')}`);
    expect(body).toMatchObject({ username: 'caf\u00e9', visits: 2 });
  });

  it.each([
    'a b',
    '日本語',
    'a%b',
    '😀',
    'a'.repeat(255),
    '\u{1f600}'.repeat(255),
    'owner/repo',
    'example.org/blog/post-1',
    'علی‌رضا',
    '..a',
    '-a',
    'O’Brien',
    "it's",
    '<script>',
    'a?b#c',
  ])('accepts the name %j', async (name) => {
    const { body } = await service.http.get(`/${encodeURIComponent(name)}`).expect(200);
    expect(body).toMatchObject({ username: name, visits: 1 });
  });

  it('returns the request id of the client, or a new one', async () => {
    const given = await service.http.get('/ids').set('X-Request-Id', 'abc-123');
    expect(given.headers['x-request-id']).toBe('abc-123');
    const own = await service.http.get('/ids').set('X-Request-Id', 'not\ta plain one');
    expect(own.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('never recorded', () => {
  const unrecorded = async (name: string): Promise<void> => {
    expect(await service.listed(name)).toBeUndefined();
  };

  it('HEAD', async () => {
    const { headers } = await service.http.head('/head-only').expect(200);
    expect(headers['content-type']).toMatch(/json/);
    expect(headers['cache-control']).toContain('no-store');
    await unrecorded('head-only');
  });

  it('OPTIONS', async () => {
    const { headers } = await service.http.options('/options-only').expect(204);
    expect(headers['allow']).toBe('GET, HEAD, POST, OPTIONS');
    await unrecorded('options-only');
  });

  it.each(['put', 'patch', 'delete'] as const)('%s', async (method) => {
    const { headers, body } = await service.http[method]('/other-method')
      .expect(405)
      .expect('Content-Type', problemType);
    expect(headers['allow']).toBe('GET, HEAD, POST, OPTIONS');
    expect(body.code).toBe('method-not-allowed');
    await unrecorded('other-method');
  });

  it.each([
    ['Sec-Purpose', 'prefetch;prerender'],
    ['Sec-Purpose', 'prefetch'],
    ['Purpose', 'prefetch'],
    ['X-Purpose', 'preview'],
    ['X-Moz', 'prefetch'],
  ])('a prefetch with %s: %s', async (header, value) => {
    const { headers, body } = await service.http.get('/ahead').set(header, value).expect(503);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.code).toBe('speculative-request');
    await unrecorded('ahead');
  });

  it('favicon.ico, which is an empty object', async () => {
    const { body } = await service.http.get('/favicon.ico').expect(200);
    await service.http.options('/favicon.ico').expect(204).expect('Allow', 'GET, HEAD, OPTIONS');
    await service.http.put('/favicon.ico').expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
    expect(body).toEqual({});
    await unrecorded('favicon.ico');
  });

  it('robots.txt, which disallows every path', async () => {
    const { text } = await service.http
      .get('/robots.txt')
      .expect(200)
      .expect('Content-Type', /^text\/plain/);
    expect(text).toMatch(/^Disallow: \/$/m);
    await unrecorded('robots.txt');
  });

  it.each([
    'apple-touch-icon.png',
    'apple-touch-icon-120x120-precomposed.png',
    'manifest.json',
    'site.webmanifest',
    'sitemap.xml',
    'browserconfig.xml',
    'ads.txt',
    '.well-known',
  ])('%s, which is 404', async (file) => {
    await service.http.get(`/${file}`).expect(404).expect('Content-Type', problemType);
    await unrecorded(file);
  });
});

describe('GET /-/visitors/<username>', () => {
  it('returns the visitor and records nothing', async () => {
    await service.http.get('/reader');
    await service.http.get('/reader');
    for (const time of [1, 2]) {
      const { body } = await service.http.get('/-/visitors/reader').expect(200);
      expect({ ...body, time }).toEqual({
        id: expect.any(Number),
        username: 'reader',
        visits: 2,
        first_visit_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        last_visit_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        time,
      });
    }
  });

  it('returns null times for a visitor without visits', async () => {
    await service.database.query(`INSERT INTO visitors (username) VALUES ('never-came')`);
    const { body } = await service.http.get('/-/visitors/never-came').expect(200);
    expect(body).toMatchObject({ visits: 0, first_visit_at: null, last_visit_at: null });
  });

  it('returns 404 for an unknown name', async () => {
    const { body } = await service.http
      .get('/-/visitors/nobody')
      .expect(404)
      .expect('Content-Type', problemType);
    expect(body.code).toBe('visitor-not-found');
  });
});

describe('invalid requests', () => {
  it.each([
    ['/%E0%A4%A', 'malformed-path'],
    ['/%ff', 'malformed-path'],
    ['/%00', 'invalid-username'],
    ['/a%00b', 'invalid-username'],
    ['/a%2F%2Fb', 'invalid-username'],
    ['/a%2F', 'invalid-username'],
    ['/a%2F..%2Fb', 'invalid-username'],
    ['/-%2Fvisits', 'invalid-username'],
    ['/%E3%85%A4', 'invalid-username'],
    ['/%E2%80%8C', 'invalid-username'],
    ['/a%5Cb', 'invalid-username'],
    ['/%20a', 'invalid-username'],
    ['/a%C2%A0', 'invalid-username'],
    ['/%E2%80%AE', 'invalid-username'],
    ['/%2E%2E', 'invalid-username'],
    ['/-', 'invalid-username'],
    [`/${'a'.repeat(256)}`, 'invalid-username'],
    [`/${'a'.repeat(8000)}`, 'invalid-username'],
    ['/-/visitors/%00', 'invalid-username'],
    ['/?limit=abc', 'invalid-parameter'],
    ['/?limit=0', 'invalid-parameter'],
    ['/?limit=1001', 'invalid-parameter'],
    ['/?limit=1&limit=2', 'invalid-parameter'],
    ['/?sort=name', 'invalid-parameter'],
    ['/?after=x', 'invalid-parameter'],
    ['/?after=1.2', 'invalid-parameter'],
    ['/?after=99999999999999999999', 'invalid-parameter'],
    ['/?sort=-visits&after=5', 'invalid-parameter'],
    ['/?since=yesterday', 'invalid-parameter'],
    ['/?since=2026-02-30T00:00:00Z', 'invalid-parameter'],
    ['/?since=0000-01-01T00:00:00Z', 'invalid-parameter'],
    ['/?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z', 'invalid-parameter'],
  ])('%s is 400 %s', async (path, code) => {
    const response = await service.http.get(path).expect(400).expect('Content-Type', problemType);
    expect(response.body).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code,
      detail: expect.stringMatching(/./),
      request_id: response.headers['x-request-id'],
    });
  });

  it.each(['/a/b', '//alice', '/alice/', '/-/', '/-/nothing', '/-/visitors/'])('%s is 404', async (path) => {
    const response = await service.http.get(path).expect(404).expect('Content-Type', problemType);
    expect(response.body.code).toBe('not-found');
  });
});

describe('health', () => {
  it('is live and ready', async () => {
    await service.http.get('/-/health/live').expect(200);
    await service.http.get('/-/health/ready').expect(200);
  });
});
