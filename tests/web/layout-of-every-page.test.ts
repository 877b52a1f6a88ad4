import type { Browser } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { addBalance, fillService } from '../support/fill-service';
import { brokenCounts, cutTexts, looseNames, overlaps } from '../support/layout-checks';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(120_000);

const longNames = {
  'eighty-characters': 'a-name-of-'.repeat(8),
  'one-long-word': 'W'.repeat(255),
  'right-to-left': 'سلام '.repeat(51).trim(),
  chinese: '漢'.repeat(255),
};
const key = 'a-key-of-the-tests-only';

let filled: TestService;
let empty: TestService;
let guarded: TestService;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  filled = await startTestService();
  empty = await startTestService();
  guarded = await startTestService({ READ_KEY: key });
  await fillService(filled.database);
  for (const [index, name] of Object.values(longNames).entries()) {
    await addBalance(filled.database, name, `188888888888888${index}`);
  }
}, 60_000);
afterAll(async () => {
  await browser.close();
  await Promise.all([filled.stop(), empty.stop(), guarded.stop()]);
});

/** Opens a page, and waits until it does not change any more. */
async function open({ page }: WatchedPage, url: string): Promise<void> {
  await page.goto(url);
  // A stream of events never leaves the network idle.
  if ((await page.locator('#rhythm').count()) > 0) await page.locator('#rhythm:not(:empty)').waitFor();
  await page.locator('html:not([data-refreshing])').waitFor();
  await page.evaluate(`document.querySelectorAll('details').forEach((part) => { part.open = true; })`);
}

const listPages = (): (readonly [name: string, url: string])[] => [
  ['dashboard', `${filled.url}/?limit=100&range=all`],
  ['dashboard-of-30-days', `${filled.url}/?limit=100`],
  ['dashboard-of-a-year', `${filled.url}/?range=1y`],
  [
    'search-without-result',
    `${filled.url}/?search=${encodeURIComponent(`b${longNames['right-to-left']}`.slice(0, 255))}`,
  ],
  ...Object.entries(longNames).map(
    ([name, username]) =>
      [`visitor-${name}`, `${filled.url}/-/visitors/${encodeURIComponent(username)}`] as const,
  ),
  ['visitor-without-visits', `${filled.url}/-/visitors/nobody`],
  ['invalid-parameter', `${filled.url}/?sort=${'x'.repeat(200)}`],
  ['api', `${filled.url}/-/docs`],
  ['empty-dashboard', `${empty.url}/`],
  ['sign-in', `${guarded.url}/-/sign-in?next=${encodeURIComponent('/?sort=username')}`],
];

async function findFaults(watched: WatchedPage, width: number): Promise<unknown> {
  const { page } = watched;
  return {
    overlaps: await page.evaluate(overlaps),
    cut: await page.evaluate(cutTexts),
    counts: await page.evaluate(brokenCounts),
    names: await page.evaluate(looseNames),
    targets: await watched.findSmallTargets(),
    overflow: (await page.evaluate<number>('document.documentElement.scrollWidth')) - width,
  };
}
const none = { overlaps: [], cut: [], counts: [], names: [], targets: [], overflow: 0 };
const photographed = [360, 1280];

it.each([320, 360, 768, 1280])('no page overlaps, breaks or cuts a text at %d px', async (width) => {
  const watched = await openWatchedPage(browser, filled.url, { viewport: { width, height: 800 } });
  const { page } = watched;
  const check = async (name: string) => {
    expect([name, await findFaults(watched, width)]).toEqual([name, none]);
    if (!photographed.includes(width)) return;
    // The dark scheme differs in colours alone.
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await watched.photograph(`page-${name}-${width}-${colorScheme}`);
    }
  };
  try {
    for (const [name, url] of listPages()) {
      await open(watched, url);
      await check(name);
    }
    await page.getByLabel('Read key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await check('sign-in-refused');
  } finally {
    await watched.close();
  }
});

it('shows a name that is cut in the list in its title, and whole on its page', async () => {
  const watched = await openWatchedPage(browser, filled.url, { viewport: { width: 360, height: 800 } });
  const { page } = watched;
  try {
    await page.goto('/?limit=100');
    const name = longNames['one-long-word'];
    const link = page.getByRole('link', { name, exact: true });
    expect(await link.getAttribute('title')).toBe(name);
    expect(await page.getByRole('link', { name: 'alice' }).getAttribute('title')).toBeNull();
    await link.click();
    expect(await page.locator('h1').innerText()).toBe(name);
  } finally {
    await watched.close();
  }
});
