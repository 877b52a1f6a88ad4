import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { countPixels } from '../support/count-pixels';
import { awkwardNames, fillService } from '../support/fill-service';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

let service: TestService;
let browser: Browser;
let shared: WatchedPage;
let watched: WatchedPage;
let page: Page;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  shared = await openWatchedPage(browser, service.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});
afterEach(async () => {
  if (watched !== shared) await watched.close();
});

async function open(path: string, options?: BrowserContextOptions): Promise<void> {
  watched = options ? await openWatchedPage(browser, service.url, options) : shared;
  watched.faults.length = 0;
  page = watched.page;
  await page.goto(path);
}

const names = () => page.locator('.visitors tbody th').allInnerTexts();
const see = (text: string | RegExp, within = 'body') =>
  page.locator(within).getByText(text).filter({ visible: true }).first().waitFor();
async function until<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const deadline = Date.now() + 5000;
  while ((await read()) !== expected && Date.now() < deadline) await page.waitForTimeout(20);
  expect(await read()).toBe(expected);
}

async function press(key: string, times: number): Promise<void> {
  for (let done = 0; done < times; done += 1) await page.keyboard.press(key);
}

// The event of a page that becomes visible again.
const refresh = () => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);

describe('a service without visitors', () => {
  it('shows first steps to copy, and then the first visit', async () => {
    await open('/');
    await see('No visits yet');
    await watched.photograph('empty');
    await page.getByRole('button', { name: 'Copy command' }).click();
    await see('Copied', '.snippet');
    expect(await page.evaluate(`navigator.clipboard.readText()`)).toBe(`curl ${service.url}/alice`);
    expect(await watched.findSeriousIssues()).toEqual([]);

    await service.http.get('/alice');
    await refresh();
    await page.locator('.bar.running').waitFor();
    expect(await names()).toEqual(['alice']);
    expect(watched.faults).toEqual([]);
  });
});

describe('a service with visitors', () => {
  beforeAll(() => fillService(service.database));

  it('formats the totals in the language of the viewer', async () => {
    const { body } = await service.http.get('/-/summary?tz=Asia/Kolkata');
    await open('/', { locale: 'de-DE' });
    await see('1.201', '.visitors');
    const format = new Intl.NumberFormat('de-DE');
    // The page without a script has the day of UTC.
    await page.locator(`#figure-today[value="${body.today}"]`).waitFor();
    expect(await page.locator('.figure .number').allInnerTexts()).toEqual(
      [body.visits, body.visitors, body.today, body.last_hour].map((value) => format.format(value)),
    );
    expect(watched.faults).toEqual([]);
  });

  it('draws a chart and the same figures as a table', async () => {
    await open('/?range=7d', { deviceScaleFactor: 1 });
    await page.locator('.bar').nth(6).waitFor();
    const picture = await page.locator('.plot svg').screenshot();
    expect(await countPixels(watched.context, picture, [0x34, 0x50, 0xc8])).toBeGreaterThan(500);
    await see('Times in Asia/Calcutta', '.chart');
    await page.getByText('Show as a table').click();
    const cells = await page.locator('.chart td').allInnerTexts();
    const labels = await page
      .locator('.bar')
      .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label')));
    expect(labels).toHaveLength(7);
    labels.forEach((label, index) => expect(label).toContain(`: ${cells[index]} visit`));
    await page.locator('.bar').nth(2).hover();
    await see(`${cells[2]} visit`, '.readout');
    expect(watched.faults).toEqual([]);
  });

  it('changes the range of figures, chart and list and keeps it in the address', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    for (const [name, range, bars] of [
      ['24 h', '24h', 24],
      ['90 days', '90d', 90],
      ['Year', '1y', 53],
    ] as const) {
      await page.getByRole('link', { name, exact: true }).click();
      await until(() => page.locator('.bar').count(), bars);
      expect(new URL(page.url()).search).toBe(`?range=${range}`);
      const { body } = await service.http.get(`/-/summary?tz=Asia/Kolkata&range=${range}`);
      const visits = new Intl.NumberFormat('en-GB').format(body.range.visits);
      expect(await page.locator('#figure-visits').innerText()).toBe(visits);
      expect(await page.locator('.readout strong').innerText()).toBe(`${visits} visits`);
    }
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await see('since the first visit', '.readout');
    await page.goBack();
    await until(() => page.locator('.bar').count(), 53);
    expect(watched.faults).toEqual([]);
  });

  it('shows own dates, keeps them while they are chosen, and hides the period before', async () => {
    const toDate = (daysAgo: number) =>
      new Date(Date.now() + 19_800_000 - daysAgo * 86_400_000).toISOString().slice(0, 10);
    await open('/');
    await page.locator('.bar').first().waitFor();
    await page.getByLabel('From').fill(toDate(4));
    await refresh();
    await page.waitForLoadState('networkidle');
    expect(await page.getByLabel('From').inputValue()).toBe(toDate(4));
    await page.getByLabel('to', { exact: true }).fill(toDate(2));
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await until(() => page.locator('.bar').count(), 3);
    expect(new URL(page.url()).search).toBe(`?from=${toDate(4)}&to=${toDate(2)}`);
    expect(await page.locator('.bar.running').count()).toBe(0);
    const compare = page.getByRole('link', { name: 'Compare with the period before' });
    expect(await compare.getAttribute('aria-current')).toBe('true');
    await compare.click();
    await until(() => compare.getAttribute('aria-current'), null);
    expect(await page.getByText('none before').count()).toBe(0);
    await page.locator('.visitors tbody a').first().click();
    await page.locator('#figure-place').waitFor();
    expect(new URL(page.url()).search).toContain(`from=${toDate(4)}`);
    expect(watched.faults).toEqual([]);
  });

  it('sorts, and Back restores the previous order', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    expect((await names()).slice(0, 3)).toEqual(['alice', 'visitor-01', 'visitor-02']);
    await page.getByRole('button', { name: 'Visits' }).click();
    await page.locator('[aria-sort=ascending]').filter({ hasText: 'Visits' }).waitFor();
    expect(page.url()).toContain('sort=visits');
    await page.getByRole('button', { name: 'Visitor' }).click();
    await page.locator('[aria-sort=ascending]').filter({ hasText: 'Visitor' }).waitFor();
    const sorted = await names();
    expect(sorted).toEqual([...sorted].sort());
    await page.goBack();
    await page.locator('[aria-sort=ascending]').filter({ hasText: 'Visits' }).waitFor();
    await page.goBack();
    await page.locator('[aria-sort=descending]').filter({ hasText: 'Visits' }).waitFor();
    expect((await names())[0]).toBe('alice');
    expect(watched.faults).toEqual([]);
  });

  it('reverses the order with each press of a column', async () => {
    await open('/');
    for (const order of ['ascending', 'descending', 'ascending']) {
      await page.getByRole('button', { name: 'Visitor' }).click();
      await page.locator(`[aria-sort=${order}]`).filter({ hasText: 'Visitor' }).waitFor();
      const sorted = [...(await names())].sort();
      expect(await names()).toEqual(order === 'ascending' ? sorted : sorted.reverse());
    }
    expect(watched.faults).toEqual([]);
  });

  it('restores the previous rows with Back while the pointer is on the list', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    const before = await names();
    await page.getByRole('button', { name: 'Visitor' }).click();
    await page.locator('[aria-sort=ascending]').filter({ hasText: 'Visitor' }).waitFor();
    await page.locator('.visitors tbody tr').nth(3).hover();
    await page.goBack();
    await page.locator('[aria-sort=descending]').filter({ hasText: 'Visits' }).waitFor();
    expect(await names()).toEqual(before);
    expect(watched.faults).toEqual([]);
  });

  it('follows a link although a search is about to start', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    await page.getByLabel('Name starts with').fill('visitor-1');
    await page.getByRole('link', { name: '7 days' }).click();
    await page.locator('.bar').nth(6).waitFor();
    await page.waitForTimeout(500);
    expect(new URL(page.url()).search).toBe('?range=7d');
    expect(watched.faults).toEqual([]);
  });

  it('shows why the service refuses a view', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    const link = page.getByRole('link', { name: '7 days' });
    await link.evaluate((element) => {
      element.setAttribute('href', '/?range=never');
    });
    await link.click();
    await see(/^"range" must be one of/);
  });

  it('searches by the start of a name while typing', async () => {
    await open('/');
    await page.getByLabel('Name starts with').fill('visitor-1');
    await until(async () => (await names()).length, 10);
    expect(new URL(page.url()).searchParams.get('search')).toBe('visitor-1');
    await page.reload();
    expect(await names()).toHaveLength(10);
    await page.getByLabel('Name starts with').fill('%');
    await see('No visitor’s name starts with “%”.');
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.locator('.visitors tbody tr').nth(24).waitFor();
    expect(watched.faults).toEqual([]);
  });

  it('pages through each visitor once, and Back goes to the previous page', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    const seen = await names();
    const first = seen[0];
    for (const rows of [25, 23]) {
      await page.getByRole('link', { name: 'Next page' }).click();
      await until(async () => (await names()).includes(seen.at(-1)!), false);
      const onPage = await names();
      expect(onPage).toHaveLength(rows);
      seen.push(...onPage);
    }
    expect(new Set(seen).size).toBe(73);
    expect(await page.getByRole('link', { name: 'Next page' }).count()).toBe(0);
    await page.goBack();
    await page.goBack();
    await page.getByRole('link', { name: first ?? '' }).waitFor();
    expect(watched.faults).toEqual([]);
  });

  it('links every awkward name to its page and records nothing', async () => {
    await open('/?limit=100');
    const links = page.locator('.visitors tbody a');
    const listed = await links.evaluateAll((all) =>
      all.map((link) => ({ name: link.textContent, path: link.getAttribute('href') ?? '' })),
    );
    const awkward = listed.filter(({ name }) => awkwardNames.includes(name));
    expect(awkward).toHaveLength(awkwardNames.length);
    for (const { name, path } of awkward) {
      await page.goto(path);
      await page.locator('.bar').first().waitFor();
      expect(await page.locator('.hero h1').innerText()).toBe(name);
      expect(await service.listed(name)).toBe(1);
    }
    expect(watched.faults).toEqual([]);
  });

  it('refreshes on its own and keeps the search text and the focus', async () => {
    await open('/?search=visitor-02');
    await page.locator('.bar').first().waitFor();
    await page.locator('.visitors tbody a').focus();
    await service.http.get('/visitor-02');
    await refresh();
    await see('46', '.visitors');
    await page.locator('#figure-visits.changed').waitFor();
    expect(await page.evaluate(`document.activeElement.innerText`)).toBe('visitor-02');
    expect(await page.locator('#freshness').innerText()).toMatch(
      /^Refreshed at \d\d:\d\d:\d\d\s+· (live|every 10 s)$/,
    );
    expect(watched.faults).toEqual([]);
  });

  it('reports a failed refresh, keeps the numbers and recovers', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    const before = await names();
    await page.route('**/*', (route) => route.fulfill({ status: 503, body: 'no' }));
    await refresh();
    await see(/^Could not refresh at \d\d:\d\d: the service answered 503\. Trying again in 10 s\.$/);
    await page.unroute('**/*');
    await page.route('**/*', (route) => route.abort());
    await refresh();
    await see(/the service did not answer\. Trying again in 10 s\.$/);
    expect(await names()).toEqual(before);
    await watched.photograph('failure');
    await page.unroute('**/*');
    await refresh();
    await page.locator('#failure').waitFor({ state: 'hidden' });
  });

  it('sorts, searches and pages without JavaScript', async () => {
    const firstName = async () => (await names())[0];
    await open('/', { javaScriptEnabled: false });
    await until(firstName, 'alice');
    await page.getByRole('button', { name: 'Visitor' }).click();
    await until(firstName, '"quoted" & \'single\'');
    await page.getByLabel('Name starts with').fill('visitor-');
    await page.getByRole('button', { name: 'Search' }).click();
    await until(firstName, 'visitor-01');
    await page.getByRole('link', { name: 'Next page' }).click();
    await until(firstName, 'visitor-26');
    await see(/The chart needs JavaScript/);
    expect(await page.getByRole('button', { name: /Copy/ }).filter({ visible: true }).count()).toBe(0);
    expect(watched.faults).toEqual([]);
  });

  it('works with the keyboard alone', async () => {
    await open('/');
    await page.locator('.bar').first().waitFor();
    const focused = () =>
      page.evaluate<string>(`(document.activeElement.getAttribute('aria-label') || document.activeElement.value
        || document.activeElement.innerText).trim()`);
    const stops: string[] = [];
    for (let step = 0; step < 24; step += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops).toEqual([
      'Skip to content',
      'Footfall',
      ...['24 h', '7 days', '30 days', '90 days', 'Year', 'All'],
      // Day, month, year and calendar of each date.
      ...Array<unknown>(8).fill(expect.stringMatching(/^\d{4}-\d\d-\d\d$/)),
      'Show',
      'Compare with the period before',
      expect.stringMatching(/, so far: [\d,]+ visits?$/),
      'Show as a table',
      '',
      'Search',
      'username',
      'visits',
    ]);
    await press('Shift+Tab', 5);
    await page.keyboard.press('ArrowLeft');
    const yesterday = await focused();
    await see(yesterday.split(': ')[1] ?? '', '.readout');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).not.toBe(yesterday);
    await press('Tab', 6);
    expect(await focused()).toBe('alice');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'alice' }).waitFor();
    expect(watched.faults).toEqual([]);
  });

  it.each([
    ['light', 'rgb(244, 245, 248)'],
    ['dark', 'rgb(14, 17, 21)'],
  ] as const)(
    'follows the %s theme of the system without serious axe findings',
    async (colorScheme, ground) => {
      await open('/', { colorScheme });
      await page.locator('.bar').first().waitFor();
      expect(await page.evaluate(`getComputedStyle(document.body).backgroundColor`)).toBe(ground);
      await page.getByText('Show as a table').click();
      expect(await watched.findSeriousIssues()).toEqual([]);
      await page.getByText('Show as a table').click();
      await watched.photograph(`dashboard-${colorScheme}`);
      expect(watched.faults).toEqual([]);
    },
  );

  it.each(['/', `/?search=${'x'.repeat(9)}`])('fits a phone of 320 pixels at %s', async (path) => {
    await open(path, { viewport: { width: 320, height: 640 }, hasTouch: true });
    await page.locator('.bar').first().waitFor();
    expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBe(320);
    expect(await watched.findSmallTargets()).toEqual([]);
    expect(await watched.findSeriousIssues()).toEqual([]);
    await watched.photograph(path === '/' ? 'dashboard-phone' : 'long-name-phone');
    expect(watched.faults).toEqual([]);
  });

  it('has no animations under reduced motion', async () => {
    await open('/', { reducedMotion: 'reduce' });
    await page.locator('.bar').first().waitFor();
    await service.http.get('/alice');
    await refresh();
    await page.locator('#figure-visits.changed').waitFor();
    expect(await page.evaluate(`document.getAnimations().length`)).toBe(0);
  });

  it('loads at most 60 KiB for the first view', async () => {
    watched = await openWatchedPage(browser, service.url);
    page = watched.page;
    const network = await watched.context.newCDPSession(page);
    await network.send('Network.enable');
    const sizes: number[] = [];
    network.on('Network.loadingFinished', ({ encodedDataLength }) => sizes.push(encodedDataLength));
    await page.goto('/');
    await page.locator('.bar').first().waitFor();
    await page.locator('#rhythm', { hasText: 'live' }).waitFor();
    const total = sizes.reduce((sum, size) => sum + size, 0);
    process.stdout.write(
      `first view of the dashboard: ${total} bytes compressed in ${sizes.length} responses\n`,
    );
    expect(sizes.length).toBeGreaterThanOrEqual(6);
    expect(total).toBeLessThanOrEqual(60 * 1024);
  });
});
