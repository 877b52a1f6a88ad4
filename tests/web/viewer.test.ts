import type { Browser } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { fillService } from '../support/fill-service';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

let service: TestService;
let browser: Browser;
let watched: WatchedPage;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  await fillService(service.database);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});
beforeEach(async () => {
  watched = await openWatchedPage(browser, service.url);
});
afterEach(() => watched.close());

it.each([
  ['en-US@posix', '1,201'],
  ['de-DE@euro', '1.201'],
  ['de_DE.UTF-8', '1.201'],
  ['en_US', '1,201'],
  ['C', '1,201'],
  ['', '1,201'],
  [undefined, '1,201'],
])('works in a browser whose language is %j', async (language, number) => {
  const { page, faults } = watched;
  await page.addInitScript(`
    const { language } = ${JSON.stringify({ language })};
    Object.defineProperties(Navigator.prototype, {
      language: { get: () => language },
      languages: { get: () => language && [language] },
    });
  `);
  await page.goto('/-/visitors/alice');
  await page.locator('.bar').first().waitFor();
  expect(await page.locator('.readout strong').innerText()).toBe(`${number} visits`);
  expect(await page.locator('#freshness').innerText()).toMatch(/^Refreshed at \d{1,2}:\d\d:\d\d/);
  expect(await page.locator('#badge-markdown').innerText()).toContain('/-/hit/alice.svg');
  expect(await page.getByRole('button', { name: 'Copy Markdown' }).isVisible()).toBe(true);
  expect(faults).toEqual([]);
});

it.each([undefined, 'Etc/Unknown', '+05:30', 'Mars/Olympus_Mons'])(
  'works in UTC in a browser whose time zone is %j',
  async (zone) => {
    const { page, faults } = watched;
    await page.addInitScript(`
      const { resolvedOptions } = Intl.DateTimeFormat.prototype;
      const { zone } = ${JSON.stringify({ zone })};
      Intl.DateTimeFormat.prototype.resolvedOptions = function () {
        return { ...resolvedOptions.call(this), timeZone: zone };
      };
    `);
    await page.goto('/');
    await page.locator('.bar').first().waitFor();
    expect(await page.locator('.chart > .hint').innerText()).toMatch(/^Times in UTC\./);
    expect(faults).toEqual([]);
  },
);

it('shows all visits of the log in "All", whatever their times', async () => {
  const { page, faults } = watched;
  const visitAt = (moments: string[]) =>
    service.database.query(
      `WITH old AS (INSERT INTO visitors (username) VALUES ('time-traveller') RETURNING id)
       INSERT INTO visits (visitor_id, visited_at) SELECT id, unnest($1::timestamptz[]) FROM old`,
      [moments],
    );
  await visitAt(['0001-01-01T00:00Z', '1969-12-31T23:59Z', '1970-01-01T00:00Z', '9999-12-31T23:59Z']);
  await page.goto('/-/visitors/time-traveller?range=all');
  await page.locator('.bar').first().waitFor();
  expect(await page.locator('.readout').innerText()).toBe('4 visits since the first visit');
  const labels = await page
    .locator('.bar')
    .evaluateAll((all) => all.map((bar) => bar.getAttribute('aria-label')));
  expect([labels[0], labels[1], labels.at(-1)]).toEqual([
    'Before 1970: 2 visits',
    'January 1970: 1 visit',
    'Dated ahead: 1 visit',
  ]);
  expect(await page.locator('.bar.running').getAttribute('aria-label')).toMatch(/, so far: 0 visits$/);
  await watched.photograph('all-times');
  expect(faults).toEqual([]);
  await service.database.query(`
    DELETE FROM visits WHERE visitor_id = (SELECT id FROM visitors WHERE username = 'time-traveller')`);
});

describe.each([2, -2])('a clock that is %d days off', (days) => {
  it.each([
    ['24h', 'hour', 24],
    ['7d', 'day', 7],
    ['30d', 'day', 30],
    ['90d', 'day', 90],
    ['1y', 'week', 53],
  ] as const)('does not move the range %s', async (range, interval, bars) => {
    const { page, faults } = watched;
    await page.clock.setFixedTime(Date.now() + days * 86_400_000);
    await page.goto(`/?range=${range}`);
    await page.locator('.bar').first().waitFor();
    const since = new Date(Date.now() - 100 * 86_400_000).toISOString();
    const { body } = await service.http
      .get('/-/history')
      .query({ interval, tz: 'Asia/Kolkata', ...(interval === 'day' ? { since } : {}) });
    const points = (body.points as { visits: number }[]).slice(-bars);
    const labels = await page
      .locator('.bar')
      .evaluateAll((all) => all.map((bar) => bar.getAttribute('aria-label')));
    const counts = labels.map((label) =>
      Number(/: ([\d,]+) visits?$/.exec(label ?? '')?.[1]?.replace(',', '')),
    );
    expect(counts).toEqual(points.map(({ visits }) => visits));
    expect(counts).toHaveLength(bars);
    expect(faults).toEqual([]);
  });
});
