import type { Browser } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { addBalance, fillService } from '../support/fill-service';
import { brokenCounts, looseNames } from '../support/layout-checks';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

const marked = `a${'\u0301'.repeat(254)}`.normalize('NFC');
// With separators 4, 5, 7, 9, 13 and 21 characters.
const numbers = ['1888', '18888', '188888', '1888888', '1888888888', '1888888888888888'];

let service: TestService;
let browser: Browser;
let watched: WatchedPage;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  await fillService(service.database);
  for (const number of numbers) await addBalance(service.database, `n${number}`, number);
  await addBalance(service.database, marked, '1888888887');
}, 60_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});
afterEach(() => watched.close());

/** Lists the texts other than rows that hold the marked name and may draw outside of their lines. */
const looseTexts = `
  [...document.querySelectorAll('main h1, main p, main pre, main code')]
    .filter((element) => element.checkVisibility() && element.textContent.includes('\\u0301\\u0301'))
    .filter((element) => getComputedStyle(element).overflowY === 'visible')
    .map((element) => element.outerHTML)`;

/** The width that the column of names has more than its longest name or heading needs. */
const spareWidth = `
  (() => {
    const column = document.querySelector('.visitors tbody th').getBoundingClientRect().width;
    const contents = [...document.querySelectorAll('.visitors bdi, #sort-username')];
    return column - Math.max(...contents.map((content) => content.getBoundingClientRect().width));
  })()`;

/** The least width of a visible bar of a row; undefined if no bar is visible. */
const leastBar = `
  [...document.querySelectorAll('.visitors .share rect')]
    .filter((bar) => bar.checkVisibility())
    .map((bar) => bar.getBoundingClientRect().width)
    .sort((a, b) => a - b)[0]`;

describe.each(['light', 'dark'] as const)('the %s theme', (colorScheme) => {
  it.each([320, 360, 768, 1280])('breaks no number and no target at %d px', async (width) => {
    watched = await openWatchedPage(browser, service.url, { colorScheme, viewport: { width, height: 800 } });
    const { page, faults } = watched;
    const pages = [
      ['/?limit=100&range=all', 'dashboard'],
      ['/-/visitors/n1888888888888888', 'longest'],
      ['/-/visitors/n1888888', 'seven-digits'],
      ['/-/visitors/n1888', 'four-digits'],
      [`/-/visitors/${encodeURIComponent(marked)}`, 'marked'],
    ] as const;
    for (const [path, name] of pages) {
      await page.goto(path);
      await page.locator('.bar').first().waitFor();
      await page.getByText('Show as a table').click();
      expect([path, await page.evaluate(brokenCounts)]).toEqual([path, []]);
      expect([path, await page.evaluate(looseNames)]).toEqual([path, []]);
      expect([path, await watched.findSmallTargets()]).toEqual([path, []]);
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width]);
      if (name === 'dashboard' && width >= 768) {
        expect(await page.evaluate(leastBar)).toBeGreaterThanOrEqual(2);
        expect(await page.evaluate(spareWidth)).toBeLessThanOrEqual(2);
      }
      await page.getByText('Show as a table').click();
      await watched.photograph(`layout-${name}-${width}-${colorScheme}`);
    }
    expect(faults).toEqual([]);
    const missing = [
      `/-/visitors/${encodeURIComponent(`b${marked}`)}`,
      `/?search=${encodeURIComponent(`b${marked}`)}`,
    ];
    for (const path of [...missing, `/-/visitors/${encodeURIComponent(marked)}`]) {
      await page.goto(path);
      expect([path, await page.evaluate(looseTexts)]).toEqual([path, []]);
    }
    await page.goto(missing[1]!);
    await watched.photograph(`layout-no-name-${width}-${colorScheme}`);
    await page.goto('/?search=n18');
    await watched.photograph(`layout-short-names-${width}-${colorScheme}`);
    await page.goto('/-/visitors/nobody');
    expect(await watched.findSmallTargets()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});

it('draws a name with stacked marks inside its own row', async () => {
  watched = await openWatchedPage(browser, service.url, { javaScriptEnabled: false });
  const { page } = watched;
  await page.goto('/?limit=100&range=all');
  const rows = page.locator('.visitors tbody tr');
  const at = (await rows.allInnerTexts()).findIndex((text) => text.includes(marked));
  expect(at).toBeGreaterThan(0);
  const photographNeighbours = async () => [
    await rows.nth(at - 1).screenshot(),
    await rows.nth(at + 1).screenshot(),
  ];
  const beside = await photographNeighbours();
  await rows
    .nth(at)
    .locator('bdi')
    .evaluate((name) => {
      name.textContent = 'a';
    });
  expect((await photographNeighbours()).map((picture, index) => picture.equals(beside[index]!))).toEqual([
    true,
    true,
  ]);
});
