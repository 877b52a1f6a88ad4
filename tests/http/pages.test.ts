import { addBalance, awkwardNames, fillService } from '../support/fill-service';
import { startTestService, type TestService } from '../support/test-service';

const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await fillService(service.database);
});
afterAll(() => service.stop());

const readPage = (path: string) => service.http.get(path).set('Accept', browserAccept);

describe.each(['/', '/-/visitors/alice'])('GET %s', (path) => {
  it.each([browserAccept, 'text/html', 'text/html;q=0.9,application/json;q=0.8'])(
    'answers %s with a page',
    async (accept) => {
      const { text, headers } = await service.http
        .get(path)
        .set('Accept', accept)
        .expect(200)
        .expect('Content-Type', 'text/html; charset=utf-8')
        .expect('Cache-Control', 'no-store');
      expect(headers['vary']).toMatch(/\bAccept\b/);
      expect(text).toMatch(/^<!doctype html><html lang="en">/);
    },
  );

  it.each(['*/*', 'application/json', 'application/json, text/html', 'image/png, */*;q=0.1'])(
    'answers %s with JSON',
    async (accept) => {
      const { headers } = await service.http
        .get(path)
        .set('Accept', accept)
        .expect(200)
        .expect('Content-Type', 'application/json; charset=utf-8');
      expect(headers['vary']).toMatch(/\bAccept\b/);
    },
  );

  it('answers HEAD with the headers of the page', async () => {
    const { text } = await service.http
      .head(path)
      .set('Accept', browserAccept)
      .expect(200)
      .expect('Content-Type', 'text/html; charset=utf-8');
    expect(text).toBeUndefined();
  });

  it('refuses other methods', async () => {
    await service.http.post(path).set('Accept', browserAccept).expect(405).expect('Allow', /GET/);
  });

  it('allows only resources of this service and no inline code', async () => {
    const { text, headers } = await readPage(path);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';" +
        "form-action 'self';base-uri 'none';frame-ancestors 'none'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(text).not.toMatch(/ (style|on\w+)=/);
    expect(text).not.toMatch(/<script(?![^>]* src=)/);
  });

  it('refers to files that may be cached forever', async () => {
    const { text } = await readPage(path);
    const files = [...text.matchAll(/(?:src|href)="(\/-\/assets\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files).toHaveLength(4);
    for (const file of files) {
      expect(file).toMatch(/-[A-Z0-9]{8}\.(js|css|svg)$/);
      await service.http
        .get(file)
        .expect(200)
        .expect('Cache-Control', 'public, max-age=31536000, immutable')
        .expect('Content-Type', /^(text\/javascript|text\/css|image\/svg\+xml)/);
    }
  });
});

it('returns 404 for a file of another release', async () => {
  await service.http.get('/-/assets/main-OLD.js').expect(404);
});

it.each(awkwardNames)('shows the name %s as text and links to its page', async (name) => {
  const before = await service.listed(name);
  const { text } = await readPage(`/-/visitors/${encodeURIComponent(name)}`).expect(200);
  const list = await readPage(`/?search=${encodeURIComponent(name)}`).expect(200);
  const escaped = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  expect(text).toContain(`<bdi>${escaped}</bdi>`);
  expect(list.text).toContain(`<bdi>${escaped}</bdi>`);
  const [, path = ''] = /<th scope="row"><a[^>]* href="([^"]+)"/.exec(list.text) ?? [];
  await readPage(path).expect(200);
  expect(decodeURIComponent(path)).toBe(`/-/visitors/${name}`);
  expect(await service.listed(name)).toBe(before);
});

it.each([
  ['/?sort=name', 400, '&quot;sort&quot; must be one of id, -id, visits, -visits, username, -username.'],
  ['/?range=week', 400, '&quot;range&quot; must be one of 24h, 7d, 30d, 90d, 1y, all.'],
  ['/?from=2026-02-30', 400, '&quot;from&quot; must be a date such as 2026-01-31.'],
  ['/?to=2026-01-31', 400, '&quot;from&quot; must be given with &quot;to&quot;.'],
  ['/?from=2026-02-01&to=2026-01-31', 400, '&quot;to&quot; must not be before &quot;from&quot;.'],
  ['/?from=0001-01-01&to=2026-01-31', 400, 'The history has more than 2000 points.'],
  ['/?compare=yes', 400, '&quot;compare&quot; must be one of previous, none.'],
  ['/-/visitors/alice?range=week', 400, '&quot;range&quot; must be one of 24h, 7d, 30d, 90d, 1y, all.'],
  ['/?tz=Mars', 400, '&quot;tz&quot; must be an IANA time zone such as Europe/Berlin.'],
  ['/-/visitors/nobody', 404, 'No visit to &quot;nobody&quot; has been counted yet.'],
  ['/-/visitors/%3Cb%3E', 404, 'No visit to &quot;&lt;b>&quot; has been counted yet.'],
])('shows a page that says what is wrong with %s', async (path, status, sentence) => {
  const { text, headers } = await readPage(path)
    .expect(status)
    .expect('Content-Type', /^text\/html/);
  expect(text).toContain(sentence);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

it.each([
  ['de, en;q=0.5', '1.201'],
  ['en', '1,201'],
  ['xx-invalid-language-tag, *', '1,201'],
  ['de_DE', '1.201'],
  ['de-DE@euro', '1.201'],
  ['en-US@posix', '1,201'],
  ['C', '1,201'],
  ['hi', '1,201'],
])('formats numbers for a reader of %s', async (language, number) => {
  const { text } = await readPage('/').set('Accept-Language', language).expect(200);
  expect(text).toContain(`<td class="count" title="visits in the last 30 days">${number}</td>`);
});

it('counts "today" in the time zone of the viewer', async () => {
  const { text } = await readPage('/?tz=Pacific/Auckland').expect(200);
  expect(text).toContain('since midnight in the time zone Pacific/Auckland');
});

it.each([
  ['in 2 days', '50 hours'],
  ['in 3 hours', '200 minutes'],
  ['in less than a minute', '30 seconds'],
  ['just now', '-1 second'],
  ['5 hours ago', '-320 minutes'],
])('says "%s" of a visit at the clock of the database and %s', async (age, offset) => {
  const name = `clock ${offset}`;
  await service.database.query(`INSERT INTO visitors (username) VALUES ($1)`, [name]);
  await service.database.query(
    `INSERT INTO visits (visitor_id, visited_at)
     SELECT id, clock_timestamp() + $2::interval FROM visitors WHERE username = $1`,
    [name, offset],
  );
  const { text } = await readPage(`/-/visitors/${encodeURIComponent(name)}`).expect(200);
  expect([...text.matchAll(/<time[^>]* data-moment[^>]*>([^<]*)/g)].map(([, shown]) => shown)).toEqual([
    age,
    age,
  ]);
});

it('shows no first visit of an imported number without visits', async () => {
  await addBalance(service.database, 'imported', '1234');
  const { text } = await readPage('/-/visitors/imported').expect(200);
  expect(text).toMatch(/>1,234<\/data> visits/);
  expect(text).not.toMatch(/First visit|Last visit|none yet/);
});

it('keeps the other parameters in every link and form', async () => {
  const { text } = await readPage('/?search=visitor-&sort=username&limit=5&range=7d').expect(200);
  expect(text).toContain(
    'href="/?search=visitor-&amp;sort=username&amp;limit=5&amp;range=7d&amp;after=visitor-05"',
  );
  for (const [name, value] of [
    ['sort', 'username'],
    ['search', 'visitor-'],
    ['range', '7d'],
  ] as const) {
    expect(text).toContain(`<input type="hidden" name="${name}" value="${value}"/>`);
  }
});

it('shows a page with Retry-After while the database is down', async () => {
  await service.database.query('ALTER TABLE visitors RENAME TO visitors_away');
  try {
    const { text } = await readPage('/')
      .expect(503)
      .expect('Content-Type', /^text\/html/)
      .expect('Retry-After', '1');
    expect(text).toContain('The database does not answer at the moment');
    expect(text).toMatch(/request <code>[\w-]{36}<\/code>/);
  } finally {
    await service.database.query('ALTER TABLE visitors_away RENAME TO visitors');
  }
});
