import type { Browser } from 'playwright-core';
import type { RunningService } from '../../src/lifecycle/start-service';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(120_000);

let service: TestService;
let other: RunningService;
let browser: Browser;
let watched: WatchedPage | undefined;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  other = await startServiceOn(service.database, { LIVE_MAX_STREAMS: '0' });
}, 60_000);
afterEach(() => watched?.close());
afterAll(async () => {
  await browser.close();
  await other.stop();
  await service.stop();
});

async function open(url: string, path: string) {
  watched = await openWatchedPage(browser, url);
  await watched.page.goto(path);
  return watched.page;
}

it('shows the first visit of an empty dashboard', async () => {
  const page = await open(service.url, '/');
  await page.locator('#rhythm', { hasText: 'live' }).waitFor();
  await fetch(`${other.url}/zoe`);
  await page.locator('.visitors tbody th', { hasText: 'zoe' }).waitFor({ timeout: 15_000 });
});

it.each(['/', '/-/visitors/alice'])(
  'moves the number, the list and the chart of %s without a reload',
  async (path) => {
    const figure = '#figure-visits';
    await fetch(`${other.url}/alice`);
    const page = await open(service.url, path);
    await page.locator('#rhythm', { hasText: 'live' }).waitFor();
    await page.locator('.bar.running').waitFor();
    await page.evaluate('window.isSamePage = true');
    const before = Number(await page.locator(figure).getAttribute('value'));
    // Another process records, and the page is told.
    await fetch(`${other.url}/alice`);
    await page.locator(`${figure}[value="${before + 1}"]`).waitFor({ timeout: 15_000 });
    if (path === '/') {
      await page.locator('.visitors tr', { hasText: 'alice' }).getByText('2', { exact: true }).waitFor();
    }
    await page.locator('.readout', { hasText: `${before + 1} visits` }).waitFor({ timeout: 60_000 });
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    expect(watched!.faults).toEqual([]);
  },
);

it('moves no row under the pointer, but its number', async () => {
  for (const name of ['first', 'first', 'second']) await fetch(`${other.url}/${name}`);
  const page = await open(service.url, '/?sort=-visits');
  const names = () => page.locator('.visitors tbody th').allInnerTexts();
  await page.locator('#rhythm', { hasText: 'live' }).waitFor();
  const before = await names();
  await page.locator('.visitors tbody tr').first().hover();
  for (let turn = 0; turn < 5; turn += 1) await fetch(`${other.url}/second`);
  await page.waitForTimeout(2500);
  expect(await names()).toEqual(before);
  await page.locator('h1, header').first().hover();
  await fetch(`${other.url}/second`);
  await page.locator('.visitors tbody tr', { hasText: 'second' }).getByText('7', { exact: true }).waitFor();
  expect(await names()).not.toEqual(before);
});

it('asks every ten seconds where streams are refused', async () => {
  const page = await open(other.url, '/');
  await page.locator('#rhythm', { hasText: 'every 10 s' }).waitFor();
  const before = Number(await page.locator('#figure-visits').getAttribute('value'));
  await fetch(`${other.url}/alice`);
  await page.locator(`#figure-visits[value="${before + 1}"]`).waitFor({ timeout: 15_000 });
});
