import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import type { TestDatabase } from '../support/test-database';
import { startTestService, type TestService } from '../support/test-service';

// Not a test: jest runs this file only when it is named, because the pictures need what the browser tests need.
//   npx jest --testMatch '**/tests/docs/take-screenshots.ts'

const pictures = join(__dirname, '../../docs/images');
/** What the pictures show instead of the port of this run. */
const address = 'https://count.example.org';
const visitors = [
  'alice',
  'handbook',
  'api-client',
  'weather-map',
  'notes',
  'dotfiles',
  'recipes',
  'zoë',
  '日記',
];
const zones = ['Pacific/Auckland', 'Asia/Tokyo', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York'];

// The zone in which it is nearest to 16:00, so that "today" has visits whenever the pictures are taken.
const distances = zones.map((timeZone) => {
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  return Math.abs(Number(hour.format(new Date())) - 16);
});
const timezoneId = zones[distances.indexOf(Math.min(...distances))]!;

/** Adds the same visits of 40 days at every run, counted back from today in `timezoneId`. */
async function addVisits(database: TestDatabase): Promise<void> {
  await database.query(`INSERT INTO visitors (username) SELECT unnest($1::text[])`, [visitors]);
  await database.query(
    `INSERT INTO visits (visitor_id, visited_at)
     SELECT visitor.id, day + (8 + 15 * sqrt(noise / 1000.0 * visit / 30 + 0.05)) * interval '1 hour'
     FROM visitors AS visitor,
       generate_series(
         date_trunc('day', now(), $1) - interval '40 days', date_trunc('day', now(), $1), interval '1 day') AS day,
       LATERAL (SELECT ('x' || substr(md5(username || (now()::date - day::date)), 1, 4))::bit(16)::int % 1000 AS noise)
         AS random,
       generate_series(1, (40 + noise / 25) * (5 + extract(isodow FROM day)::int % 6) / 8 / visitor.id) AS visit
     WHERE day + (8 + 15 * sqrt(noise / 1000.0 * visit / 30 + 0.05)) * interval '1 hour' < now()`,
    [timezoneId],
  );
}

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  await addVisits(service.database);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function openPage(path: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    baseURL: address,
    locale: 'en-GB',
    timezoneId,
    reducedMotion: 'reduce',
    ...options,
  });
  await context.route(`${address}/**`, async (route) => {
    await route.fulfill({
      response: await route.fetch({ url: route.request().url().replace(address, service.url) }),
    });
  });
  // A stream does not end.
  await context.route('**/events', (route) => route.abort());
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

it.each([
  { name: 'dashboard', path: '/', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  {
    name: 'visitor',
    path: '/-/visitors/alice',
    colorScheme: 'light',
    viewport: { width: 1280, height: 1200 },
  },
  { name: 'phone', path: '/', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
] as const)('takes a screenshot: $name', async ({ name, path, colorScheme, viewport }) => {
  const page = await openPage(path, { colorScheme, viewport });
  await page.locator('.bar').nth(6).waitFor();
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  await page.context().close();
});

it('takes a screenshot: a row of badges', async () => {
  const page = await openPage('/robots.txt', { bypassCSP: true, deviceScaleFactor: 2 });
  const badges = [
    'alice.svg',
    'handbook.svg?label=readers&color=007a52',
    'notes.svg?style=flat-square&label=seen',
    'recipes.svg?style=for-the-badge&color=7c3aed',
  ];
  await page.setContent(`<!doctype html><main style="display: inline-flex; padding: 4px; gap: 12px">
    ${badges.map((badge) => `<img src="/-/badge/${badge}">`).join('')}`);
  await page.waitForFunction(`[...document.images].every(({ naturalWidth }) => naturalWidth > 0)`);
  await page.locator('main').screenshot({ path: join(pictures, 'badges.png') });
});
