import { pino } from 'pino';
import { abbreviateCount } from '../../src/http/routes/badges/format-count';
import { startService } from '../../src/lifecycle/start-service';
import { holdLocks } from '../support/hold-locks';
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
    'color=constructor',
    'logo=no-such-icon',
    'logo=..%2Fpackage',
    'period=year',
    'tz=Mars',
    'format=roman',
    'digits=0',
    'digits=13',
    'color=12345',
    'color=transparent',
    'labelColor=%23ff000080',
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

it.each([
  ['format=plain', '1234567'],
  ['format=grouped', '1,234,567'],
  ['format=abbreviated', '1.2M'],
  ['abbreviate=true&format=grouped', '1.2M'],
  ['digits=9', '001234567'],
  ['digits=9&format=grouped', '001,234,567'],
  ['digits=3', '1234567'],
])('writes 1234567 with %s as %s', async (query, expected) => {
  await service.database.query(`
    INSERT INTO visitors (username) VALUES ('grouped') ON CONFLICT DO NOTHING;
    INSERT INTO visit_totals (visitor_id, visits) SELECT id, 1234567 FROM visitors WHERE username = 'grouped'
    ON CONFLICT (visitor_id) DO UPDATE SET visits = 1234567`);
  expect(await readBadge(`/-/badge/grouped.svg?${query}`)).toBe(`visits: ${expected}`);
});

it.each([
  ['teal', '#008080'],
  ['hsl(200 50% 40%)', '#337799'],
  ['rgb(1, 2, 3)', '#010203'],
  ['07c', '#0077cc'],
  ['blue', '#007ec6'],
])('takes the colour %s', async (color, expected) => {
  const { body } = await service.http
    .get(`/-/badge/nobody.svg?color=${encodeURIComponent(color)}`)
    .expect(200);
  expect(String(body)).toContain(`fill="${expected}"`);
});

it('draws the logo of Simple Icons', async () => {
  const { body } = await service.http.get('/-/badge/nobody.svg?logo=github').expect(200);
  const [, logo = ''] = /data:image\/svg\+xml;base64,([^"]+)/.exec(String(body)) ?? [];
  expect(Buffer.from(logo, 'base64').toString()).toMatch(/^<svg fill="whitesmoke".*<title>GitHub</);
  const json = await service.http.get('/-/badge/nobody.json?logo=github').expect(200);
  expect(json.body.namedLogo).toBe('github');
});

describe('a period', () => {
  // Tokyo's clock never changes, so its days have 24 hours.
  it('counts the days of the zone, today with those before', async () => {
    await service.database.query(`
      WITH of_periods AS (INSERT INTO visitors (username) VALUES ('periods') RETURNING id)
      INSERT INTO visits (visitor_id, visited_at)
      SELECT id, date_trunc('day', now(), zone) + moved - days * interval '24 hours'
      FROM of_periods, (VALUES ('Asia/Tokyo')) AS given (zone),
        (VALUES (0, interval '0'), (1, interval '23 hours'), (6, interval '0'), (6, interval '-1 s'), (29, interval '0'),
          (29, interval '-1 s')) AS visit (days, moved)`);
    const read = (period: string): Promise<string> =>
      readBadge(`/-/badge/periods.svg?tz=Asia/Tokyo&period=${period}`);
    expect(await read('today')).toBe('visits: 1');
    expect(await read('7d')).toBe('visits: 3');
    expect(await read('30d')).toBe('visits: 5');
    expect(await read('total')).toBe('visits: 6');
    expect(await read('today/total')).toBe('visits: 1 / 6');
  });

  it('is 0 for an unknown name, and includes the visit that a hit records', async () => {
    expect(await readBadge('/-/badge/new-today.svg?period=today')).toBe('visits: 0');
    expect(await readBadge('/-/hit/new-today.svg?period=today/total')).toBe('visits: 1 / 1');
    expect(await readBadge('/-/hit/new-today.svg?period=7d')).toBe('visits: 2');
  });
});

it('draws the last 30 days as a line with their sum as text', async () => {
  await service.database.query(`
    WITH name AS (INSERT INTO visitors (username) VALUES ('a "line" & more') RETURNING id)
    INSERT INTO visits (visitor_id, visited_at)
    SELECT id, now() - days * interval '1 day' FROM name, (VALUES (0), (0), (29), (31)) AS visit (days)`);
  const { headers, body } = await service.http
    .get(`/-/spark/${encodeURIComponent('a "line" & more')}.svg?color=teal`)
    .expect(200);
  const svg = String(body);
  expect(headers['content-type']).toBe('image/svg+xml; charset=utf-8');
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect(svg).toContain('<title>a &quot;line&quot; &amp; more: 3 visits in 30 days</title>');
  expect(svg).toContain('stroke="#008080"');
  const [, points = ''] = /points="([^"]+)"/.exec(svg) ?? [];
  const line = points.split(' ');
  expect(line).toHaveLength(30);
  expect([line[0], line[1], line[29]]).toEqual(['2,10', '5,18', '89,2']);
});

it('draws an unknown name as a line at 0', async () => {
  const { body } = await service.http.get('/-/spark/nobody.svg').expect(200);
  expect(String(body)).toContain('nobody: 0 visits in 30 days');
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
    for (const path of [
      '/-/badge/alice.svg',
      '/-/badge/alice.svg?period=today',
      '/-/hit/alice.svg',
      '/-/badge/alice.json',
      '/-/spark/alice.svg',
    ]) {
      const { headers } = await fetch(`${cut.url}${path}`);
      // The jobs of the service log too, when they first meet the database.
      const ofRequests = lines
        .map((line) => JSON.parse(line) as object)
        .filter((line) => 'request_id' in line);
      expect(ofRequests).toEqual([
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
  const holder = await holdLocks(service.database, 'LOCK TABLE visit_totals');
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
  await holder.release();
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
