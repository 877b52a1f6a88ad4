import type { Browser } from 'playwright-core';
import { openWatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});

it.each([
  ['light', 1280],
  ['dark', 320],
] as const)('shows the API document in the %s theme at %d px', async (colorScheme, width) => {
  const watched = await openWatchedPage(browser, service.url, {
    colorScheme,
    viewport: { width, height: 900 },
  });
  const { page } = watched;
  await page.goto('/-/docs');
  const operation = page.locator('#get_username');
  await operation.locator('summary').click();
  await operation.getByText('The name of a visitor').waitFor();
  await operation.getByRole('link', { name: 'Visitor' }).click();
  expect(new URL(page.url()).hash).toBe('#schema-Visitor');
  await watched.photograph(`docs-${colorScheme}`);
  expect(await watched.findSeriousIssues()).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  expect(watched.faults).toEqual([]);
  await watched.close();
});
