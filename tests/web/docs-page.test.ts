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
  // The files that are always refused are one line.
  expect(await page.locator('p', { hasText: 'Always 404:' }).innerText()).toMatch(
    /manifest.json .*crossdomain.xml .*well-known/s,
  );
  await operation.getByRole('link', { name: 'Visitor' }).click();
  expect(new URL(page.url()).hash).toBe('#schema-Visitor');
  await watched.photograph(`docs-${colorScheme}`);
  expect(await watched.findSeriousIssues()).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  expect(watched.faults).toEqual([]);
  await watched.close();
});

it('sends an operation and shows command, code and answer', async () => {
  const watched = await openWatchedPage(browser, service.url, { viewport: { width: 1280, height: 900 } });
  const { page } = watched;
  await page.goto('/-/docs');
  const operation = page.locator('#get_username');
  await operation.locator('summary').click();
  const name = operation.getByLabel('username', { exact: true });
  // A name must be given.
  await operation.getByRole('button', { name: 'Send' }).click();
  expect(await operation.locator('.answer').isVisible()).toBe(false);

  await name.fill(`o'hara/é`);
  await operation.getByLabel('Idempotency-Key').fill('k-1');
  const url = `${service.url}/o'hara%2F%C3%A9`;
  expect(await operation.locator('#get_username-curl').innerText()).toBe(
    `curl -H 'Idempotency-Key: k-1' '${service.url}/o'\\''hara%2F%C3%A9'`,
  );
  expect(await operation.locator('#get_username-fetch').innerText()).toBe(
    `await fetch("${url}", {"headers":{"Idempotency-Key":"k-1"}})`,
  );
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.getByText('"visits": 1').waitFor();
  const answer = await operation.locator('.answer').innerText();
  expect(answer).toMatch(/^200 OK\n/);
  expect(answer).toContain('content-type: application/json');
  await watched.photograph('docs-sent');
  expect(await watched.findSeriousIssues()).toEqual([]);
  expect(watched.faults).toEqual([]);
  await watched.close();
});

it('shows a refusal and an unreachable service as answers', async () => {
  const watched = await openWatchedPage(browser, service.url, { viewport: { width: 360, height: 900 } });
  const { page } = watched;
  await page.goto('/-/docs');
  const operation = page.locator('#get_visitors_username');
  await operation.locator('summary').click();
  await operation.getByLabel('username', { exact: true }).fill('nobody-yet');
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.getByText('"visitor-not-found"').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await watched.photograph('docs-refused');
  await page.route('**/-/visitors/**', (route) => route.abort());
  await operation.getByRole('button', { name: 'Send' }).click();
  await operation.getByText('No answer. Check that the service runs').waitFor();
  await watched.close();
});
