import { pino } from 'pino';
import { abbreviateCount } from '../../src/http/routes/badges/render-badge';
import { startService } from '../../src/lifecycle/start-service';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** Reads the text of a badge, as a screen reader does. */
async function readBadge(path: string): Promise<string> {
  const response = await fetch(`${service.url}${path}`);
  expect(response.status).toBe(200);
  const svg = await response.text();
  return /aria-label="([^"]*)"/.exec(svg)![1]!;
}

it('shows the number without recording a visit', async () => {
  await service.http.get('/reader');
  for (const time of [1, 2]) {
    expect([time, await readBadge('/-/badge/reader.svg')]).toEqual([time, 'visits: 1']);
  }
});

it('shows 0 for an unknown name and does not create a visitor', async () => {
  expect(await readBadge('/-/badge/nobody.svg')).toBe('visits: 0');
  expect(await service.listed('nobody')).toBeUndefined();
});

it('records a visit and shows its number at /-/hit/', async () => {
  expect(await readBadge('/-/hit/alice.svg')).toBe('visits: 1');
  expect(await readBadge('/-/hit/alice.svg')).toBe('visits: 2');
  expect(await service.listed('alice')).toBe(2);
});

it.each(['a.svg', 'a b', '日本語', '..a', '%', '-'.repeat(2)])('accepts the name %j', async (name) => {
  await service.http.get(`/${encodeURIComponent(name)}`).expect(200);
  expect(await readBadge(`/-/badge/${encodeURIComponent(name)}.svg`)).toBe('visits: 1');
});

it('sends image proxies SVG that they must not cache', async () => {
  for (const path of ['/-/badge/proxied.svg', '/-/hit/proxied.svg']) {
    const { headers } = await service.http.get(path).expect(200);
    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'no-store, no-cache, must-revalidate, max-age=0',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(headers).not.toHaveProperty('etag');
  }
});

describe('the hit route', () => {
  it('answers HEAD with its headers and records nothing', async () => {
    const { headers } = await service.http.head('/-/hit/headed.svg').expect(200);
    expect(headers['content-type']).toMatch(/svg/);
    expect(headers['cache-control']).toContain('no-store');
    expect(await service.listed('headed')).toBeUndefined();
  });

  it('refuses a prefetch', async () => {
    const { body } = await service.http.get('/-/hit/ahead.svg').set('Sec-Purpose', 'prefetch').expect(503);
    expect(body.code).toBe('speculative-request');
    expect(await service.listed('ahead')).toBeUndefined();
  });

  it('shows the number in a prerendered page and records nothing', async () => {
    const { headers, body } = await service.http
      .get('/-/hit/ahead.svg')
      .set({ 'Sec-Purpose': 'prefetch;prerender', Purpose: 'prefetch' })
      .expect(200);
    expect(headers['content-type']).toMatch(/svg/);
    expect(String(body)).toContain('aria-label="visits: 0"');
    expect(await service.listed('ahead')).toBeUndefined();
  });

  it('records nothing if a badge parameter is invalid', async () => {
    await service.http.get('/-/hit/careless.svg?style=round').expect(400);
    expect(await service.listed('careless')).toBeUndefined();
  });
});

describe('badge parameters', () => {
  it.each(['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'])(
    'accept the style %s',
    async (style) => {
      expect((await readBadge(`/-/badge/nobody.svg?style=${style}`)).toLowerCase()).toBe('visits: 0');
    },
  );

  it('set the label and the colours', async () => {
    const { body } = await service.http
      .get('/-/badge/nobody.svg?label=seen&color=%23ff8800&labelColor=brightgreen')
      .expect(200);
    expect(String(body)).toMatch(/seen: 0.*#4b0.*#ff8800/s);
  });

  it('are escaped', async () => {
    const label = `<script>alert("1")</script>&'`;
    const { body } = await service.http.get(`/-/badge/nobody.svg?label=${encodeURIComponent(label)}`);
    expect(String(body)).not.toContain('<script');
    expect(String(body)).toContain('&lt;script&gt;');
  });

  it.each([
    'style=round',
    'color=url(x)',
    'color=12345',
    'labelColor=%22/%3E%3Cscript%3E',
    'abbreviate=yes',
    'label=%00',
    `label=${'a'.repeat(81)}`,
    'label=a&label=b',
  ])('refuse %s', async (query) => {
    const { body } = await service.http.get(`/-/badge/nobody.svg?${query}`).expect(400);
    expect(body.code).toBe('invalid-parameter');
  });
});

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1099, '1k'],
  [12_345, '12.3k'],
  [999_999, '999.9k'],
  [1_000_000, '1M'],
  [2_560_000_000, '2.5G'],
])('abbreviates %d to %s', (count, expected) => {
  expect(abbreviateCount(BigInt(count))).toBe(expected);
});

it('abbreviates on request', async () => {
  await service.database.query(`
    WITH many AS (INSERT INTO visitors (username) VALUES ('many') RETURNING id)
    INSERT INTO visits (visitor_id) SELECT id FROM many, generate_series(1, 1250)`);
  expect(await readBadge('/-/badge/many.svg')).toBe('visits: 1250');
  expect(await readBadge('/-/badge/many.svg?abbreviate=true')).toBe('visits: 1.2k');
});

it('returns JSON for shields.io', async () => {
  await service.http.get('/shielded');
  const { body } = await service.http
    .get('/-/badge/shielded.json?label=seen&color=red&style=social')
    .expect('Cache-Control', /no-store/)
    .expect(200);
  expect(body).toEqual({ schemaVersion: 1, label: 'seen', message: '1', color: 'red', style: 'social' });
});

it('logs the failure once when it shows –, with the request id of the response', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  const cut = await startService(service.database.settings({ DB_PORT: '1' }), logger);
  try {
    lines.length = 0;
    for (const path of ['/-/badge/alice.svg', '/-/hit/alice.svg', '/-/badge/alice.json']) {
      const { headers } = await fetch(`${cut.url}${path}`);
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({
          level: 40,
          code: 'database-unavailable',
          request_id: headers.get('x-request-id'),
        }),
      ]);
      lines.length = 0;
    }
  } finally {
    await cut.stop();
  }
});

it('shows – within 2.5 seconds while the totals are locked', async () => {
  const { sequelize } = service.database;
  const holder = await sequelize.transaction();
  await sequelize.query('LOCK TABLE visit_totals', { transaction: holder });
  const paths = [
    '/-/hit/late.svg',
    '/-/badge/alice.json',
    ...Array.from({ length: 50 }, () => '/-/badge/alice.svg'),
  ];
  const startedAt = performance.now();
  const answers = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`${service.url}${path}`);
      const text = await response.text();
      return { status: response.status, text, ms: performance.now() - startedAt };
    }),
  );
  await holder.rollback();
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
  for (const { text } of answers) expect(text).toContain('–');
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(2500 + 700);
});

it('shows – without caching while the database is down and records no visit', async () => {
  const cut = await startServiceOn(service.database, { DB_PORT: '1' });
  try {
    for (const path of ['/-/badge/alice.svg', '/-/hit/alice.svg']) {
      const response = await fetch(`${cut.url}${path}`);
      expect([path, response.status]).toEqual([path, 200]);
      expect(response.headers.get('content-type')).toMatch(/svg/);
      expect(response.headers.get('cache-control')).toContain('no-store');
      expect(await response.text()).toContain('aria-label="visits: –"');
    }
    const json = await (await fetch(`${cut.url}/-/badge/alice.json`)).json();
    expect(json).toMatchObject({ message: '–', isError: true });
  } finally {
    await cut.stop();
  }
  const visits = await service.database.query(
    `SELECT 1 FROM visits JOIN visitors ON visitors.id = visitor_id WHERE username = 'alice'`,
  );
  expect(visits).toHaveLength(2);
});
