import { changeVisitor } from '../support/change-visitor';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  // Three visits in the last 7 days, two in the 7 days before, and one long ago.
  for (const [name, ...days] of [
    ['alice', 0, 0, 8, 400],
    ['bob', 1, 9],
    ['carol', 30],
    ['hidden', 0, 0, 0],
  ] as const) {
    await service.database.query(`INSERT INTO visitors (username) VALUES ($1)`, [name]);
    await service.database.query(
      `INSERT INTO visits (visitor_id, visited_at)
       SELECT id, clock_timestamp() - day * interval '1 day' - interval '1 ms' FROM visitors, unnest($2::int[]) AS day
       WHERE username = $1`,
      [name, days],
    );
  }
  await changeVisitor(service.database, { act: 'hide', username: 'hidden' });
});
afterAll(() => service.stop());

const readJson = async (path: string): Promise<Record<string, unknown>> =>
  (await service.http.get(path).expect(200)).body as Record<string, unknown>;
const readPage = async (path: string): Promise<string> =>
  (await service.http.get(path).set('Accept', 'text/html').expect(200)).text;

const findFigure = (page: string, id: string): string =>
  new RegExp(`id="figure-${id}"[^>]*>([^<]*)</data></dd>(?:<dd[^>]*>(.*?)</dd>)?`)
    .exec(page)!
    .slice(1)
    .join(' ')
    .replace(/<[^>]+>/g, '')
    .trim();
const findNames = (page: string): string[] =>
  [...page.matchAll(/<bdi>([^<]*)<\/bdi>/g)].map(([, name]) => name!);

it('summary tells the figures of a range and of the period before', async () => {
  const { range, previous, ...totals } = await readJson('/-/summary?range=7d');
  expect(totals).toMatchObject({ visits: 10, visitors: 4 });
  expect(range).toMatchObject({ visits: 6, visitors: 3 });
  expect(previous).toMatchObject({ visits: 2, visitors: 2 });
  expect(await readJson('/-/summary?range=all')).toMatchObject({
    range: { visits: 10, visitors: 4 },
    previous: null,
  });
  expect(await readJson('/-/summary')).not.toHaveProperty('range');
});

it('own dates include both days', async () => {
  const toDate = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const path = `/-/summary?from=${toDate(9)}&to=${toDate(8)}`;
  expect(await readJson(path)).toMatchObject({
    range: { since: `${toDate(9)}T00:00:00.000Z`, until: `${toDate(7)}T00:00:00.000Z`, visits: 2 },
    previous: { since: `${toDate(11)}T00:00:00.000Z`, visits: 0 },
  });
  const page = await readPage(`/?from=${toDate(9)}&to=${toDate(8)}`);
  expect(findFigure(page, 'visits')).toMatch(/^2 new: none before/);
  expect(page).toContain(`type="date" value="${toDate(9)}"`);
  expect(page).toContain(`href="/-/visitors/alice?from=${toDate(9)}&amp;to=${toDate(8)}"`);
});

it('the whole calendar is a range of own dates', async () => {
  for (const dates of ['from=9999-12-31&to=9999-12-31', 'from=0001-01-01&to=0001-01-02', 'from=1900-01-01']) {
    await service.http.get(`/-/summary?${dates}&tz=America/New_York`).expect(200);
    await readPage(`/?${dates}`);
  }
});

it('figures, list and links of the dashboard follow the range', async () => {
  const page = await readPage('/?range=7d');
  expect(findFigure(page, 'visits')).toBe('6 ↑ +200% from 2');
  expect(findFigure(page, 'visitors')).toBe('3 ↑ +50% from 2');
  expect(findNames(page)).toEqual(['alice', 'bob', 'carol']);
  expect([...page.matchAll(/<td class="count"[^>]*>(\d+)</g)].map(([, visits]) => visits)).toEqual([
    ...['2', '1', '0'],
  ]);
  expect(page.match(/<polyline/g)).toHaveLength(2);
  expect(page).toContain('href="/-/visitors/alice?range=7d"');
  const without = await readPage('/?range=7d&compare=none');
  expect(findFigure(without, 'visits')).toBe('6 10 in all');
  expect(without).toContain('href="/?range=24h&amp;compare=none"');
});

it('names the place, best day and average of a visitor', async () => {
  const today = new Date().toISOString().slice(0, 10);
  expect(await readJson('/-/visitors/bob/summary?range=7d')).toMatchObject({
    visits: 2,
    range: { visits: 1 },
    previous: { visits: 1 },
    place: 2,
  });
  const alice = await readJson('/-/visitors/alice/summary');
  expect(alice).toMatchObject({ place: 1, best_day: { date: today, visits: 2 }, average_per_day: 0.01 });
  expect(await readJson('/-/visitors/carol/summary?range=7d')).toMatchObject({
    place: null,
    best_day: null,
    average_per_day: 0,
  });
  const page = await readPage('/-/visitors/alice?range=7d');
  expect(findFigure(page, 'place')).toBe('1');
  expect(findFigure(page, 'best-day')).toBe('2');
  expect(findFigure(page, 'range')).toBe('2 ↑ +100% from 1');
});

it('a hidden visitor has no figures and takes no place', async () => {
  await service.http.get('/-/visitors/hidden/summary').expect(404, /"code":"visitor-not-found"/);
  for (const range of ['24h', '7d', 'all']) {
    expect(await readJson(`/-/visitors/alice/summary?range=${range}`)).toMatchObject({ place: 1 });
  }
});
