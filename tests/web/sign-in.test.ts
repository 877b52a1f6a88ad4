import type { Browser, Page } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

const key = 'a-key-of-the-tests-only';

let service: TestService;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService({ READ_KEY: key }), launchChromium()]);
  await service.http.get('/alice').expect(200);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});
beforeEach(async () => {
  watched = await openWatchedPage(browser, service.url);
  page = watched.page;
});
afterEach(() => watched.close());

const field = () => page.getByLabel('Read key');
async function enter(text: string): Promise<void> {
  await field().fill(text);
  await page.keyboard.press('Enter');
}

/** What is not the status of a refused page, which Chromium reports as an error. */
const listFaults = () => watched.faults.filter((fault) => !fault.includes('status of 401'));

it('shows where one wanted to go after the key is entered, and signs out', async () => {
  await page.goto('/-/visitors/alice?tz=UTC');
  expect(await page.locator('main').innerText()).not.toContain('alice');
  expect(await page.evaluate(`document.activeElement.id`)).toBe('key');
  await enter(key);
  await page.getByRole('heading', { name: 'alice' }).waitFor();
  expect(page.url()).toBe(`${service.url}/-/visitors/alice?tz=UTC`);
  expect(await watched.context.cookies()).toEqual([
    expect.objectContaining({
      name: 'footfall-reader',
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      secure: false,
    }),
  ]);
  expect(await page.evaluate(`document.cookie`)).toBe('');
  await page.locator('.bar').first().waitFor();
  expect(await watched.findSeriousIssues()).toEqual([]);
  expect(await watched.findSmallTargets()).toEqual([]);
  await watched.photograph('signed-in');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/-/sign-in');
  expect(await watched.context.cookies()).toEqual([]);
  await page.goto('/');
  await field().waitFor();
  expect(listFaults()).toEqual([]);
});

it('says that a key is wrong, and keeps where one wanted to go', async () => {
  await page.goto('/?sort=username');
  await enter('not the key at all');
  await page.getByRole('alert').getByText('That key is not right.').waitFor();
  expect(await page.evaluate(`document.activeElement.id`)).toBe('key');
  expect(await watched.findSeriousIssues()).toEqual([]);
  await watched.photograph('sign-in-refused');
  await enter(key);
  await page.waitForURL(`${service.url}/?sort=username`);
  expect(listFaults()).toEqual([]);
});

it('asks for the key when the session ends while a page is open', async () => {
  await page.goto('/-/sign-in');
  await enter(key);
  await page.locator('.visitors').waitFor();
  await watched.context.clearCookies();
  // The event of a page that becomes visible again.
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await field().waitFor();
  expect(await page.content()).not.toContain('alice');
});

it('does not show a page from the history after the sign-out', async () => {
  await page.goto('/');
  await enter(key);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/-/sign-in');
  await page.goBack();
  await field().waitFor();
  expect(await page.content()).not.toContain('alice');
});

it('takes no form from a page of another origin', async () => {
  await page.goto('/');
  await enter(key);
  await page.locator('.visitors').waitFor();
  const other = await watched.context.newPage();
  await other.setContent(`<form method="post" action="${service.url}/-/sign-out"><button>Go</button></form>`);
  await other.getByRole('button').click();
  await other.getByText('A page of another origin has sent this form').waitFor();
  expect(await watched.context.cookies()).toHaveLength(1);
});

it.each([
  ['light', 1280],
  ['light', 360],
  ['dark', 1280],
  ['dark', 360],
] as const)(
  'has an accessible %s page at %i pixels that works without a script',
  async (colorScheme, width) => {
    const plain = await openWatchedPage(browser, service.url, {
      colorScheme,
      viewport: { width, height: 740 },
    });
    try {
      await plain.page.goto('/');
      expect(await plain.findSeriousIssues()).toEqual([]);
      expect(await plain.findSmallTargets()).toEqual([]);
      expect(await plain.page.evaluate(`document.documentElement.scrollWidth`)).toBeLessThanOrEqual(width);
      await plain.photograph(`sign-in-${colorScheme}-${width}`);
      expect(await plain.page.locator('script').count()).toBe(0);
    } finally {
      await plain.close();
    }
  },
);
