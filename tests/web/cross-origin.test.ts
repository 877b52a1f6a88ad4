import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

let service: TestService;
let browser: Browser;
let site: Server;
let page: Page;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  site = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Somebody’s site</title>');
  });
  await new Promise<void>((resolve) => site.listen(0, 'localhost', resolve));
  page = await browser.newPage();
  await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.close();
  await service.stop();
});

/** Runs an expression in the page of the other site; `url` is the address of the service. */
function runOnSite<T>(expression: string): Promise<T> {
  return page.evaluate<T>(`(async (url) => { ${expression} })(${JSON.stringify(service.url)})`);
}

it('lets another site record and read the number', async () => {
  expect(await runOnSite(`return (await fetch(url + '/alice')).json()`)).toMatchObject({ visits: 1 });
  const posted = `return (await fetch(url + '/-/visits?name=alice', { method: 'POST', body: 'x' })).json()`;
  expect(await runOnSite(posted)).toMatchObject({ visits: 2 });
});

it('lets another site send Idempotency-Key, and read that the answer is a repeat', async () => {
  const keyed = `
    const response = await fetch(url + '/bob', { headers: { 'Idempotency-Key': 'one' } });
    return [(await response.json()).visits, response.headers.get('Idempotent-Replayed')];`;
  expect(await runOnSite(keyed)).toEqual([1, null]);
  expect(await runOnSite(keyed)).toEqual([1, 'true']);
});

it('lets another site read why it was refused', async () => {
  const refused = `
    const response = await fetch(url + '/%00');
    return [response.status, (await response.json()).code, response.headers.get('X-Request-Id') !== null];`;
  expect(await runOnSite(refused)).toEqual([400, 'invalid-username', true]);
});

it('records a beacon of another site', async () => {
  const bodies = [`''`, `'left'`, `new Blob(['{}'], { type: 'application/json' })`];
  for (const [index, body] of bodies.entries()) {
    expect(await runOnSite(`return navigator.sendBeacon(url + '/-/visits?name=beacon', ${body})`)).toBe(true);
    for (let waited = 0; (await service.listed('beacon')) !== index + 1 && waited < 100; waited += 1) {
      await page.waitForTimeout(50);
    }
    expect(await service.listed('beacon')).toBe(index + 1);
  }
});

it('shows a badge on another site that embeds only what allows it', async () => {
  const draw = `
    const image = new Image();
    image.src = url + '/-/badge/alice.svg';
    await image.decode();
    return image.naturalWidth > 0;`;
  expect(await runOnSite(draw)).toBe(true);
});

it('keeps the list from another site', async () => {
  const read = `return fetch(url + '/').then(() => 'read', (error) => error.name)`;
  expect(await runOnSite(read)).toBe('TypeError');
});
