import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

let service: TestService;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let site: Server;
let siteUrl: string;
let html: string;
let policy: string | undefined;
let faults: string[];
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  site = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (policy !== undefined) response.setHeader('Content-Security-Policy', policy);
    response.end(html);
  });
  await new Promise<void>((resolve) => site.listen(0, 'localhost', resolve));
  siteUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.close();
  await service.stop();
});
beforeEach(async () => {
  policy = undefined;
  faults = [];
  context = await browser.newContext();
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
});
afterEach(() => context.close());

function write(attributes: string, body = '<p data-footfall>…</p>'): void {
  html = `<!doctype html><title>Site</title><script defer src="${service.url}/-/count.js" ${attributes}></script>${body}`;
}
const showsNumber = (text: string) => page.locator('[data-footfall]', { hasText: text }).first().waitFor();

it('counts each load once and shows the number', async () => {
  write('data-name="loads"', '<p data-footfall>…</p><b data-footfall>…</b>');
  await page.goto(siteUrl);
  await showsNumber('1');
  expect(await page.locator('[data-footfall]').allInnerTexts()).toEqual(['1', '1']);
  await page.reload();
  await showsNumber('2');
  expect(await service.listed('loads')).toBe(2);
  expect(faults).toEqual([]);
});

it('counts under a name with quotes and passes data-once on', async () => {
  write('data-name="&quot;a&quot; &amp; \'b\'" data-once="day"');
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await page.goto(siteUrl);
  await showsNumber('1');
  expect(new URL((await sent).url()).searchParams.get('once')).toBe('day');
  expect(await service.listed(`"a" & 'b'`)).toBe(1);
});

it.each<[string, string]>([
  ['/', ''],
  ['//blog//post-1/?q=1#x', '/blog/post-1'],
  ['/caf%C3%A9', '/café'],
  ['/%FF%5C%00', '/%FF%5C%00'],
  ['/a%2F..%2Fb', '/a/b'],
  [`/${'x'.repeat(300)}`, `/${'x'.repeat(300)}`],
  ['/%E2%9D%A4%EF%B8%8F', '/❤️'],
  // Refused as they are: joined pictographs, characters that cannot be seen, a mark on nothing, U+FFFD.
  ...['%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80', '%E2%A0%80', '%E3%85%A4', 'a/%CC%81', '%EF%BF%BD'].map(
    (path): [string, string] => [`/${path}`, `/${path}`],
  ),
])('names the page %s by host and path', async (path, name) => {
  write('');
  const counted = page.waitForResponse((response) => response.request().method() === 'POST' && response.ok());
  await page.goto(siteUrl + path);
  const expected = (new URL(siteUrl).host + name).slice(0, 255);
  expect(new URL((await counted).url()).searchParams.get('name')).toBe(expected);
});

it('shows the number of another name without counting it', async () => {
  await service.http.get('/shown').expect(200);
  write('data-name="shower"', '<p data-footfall>…</p><b data-footfall="shown">…</b>');
  await page.goto(siteUrl);
  await page.locator('b', { hasText: '1' }).waitFor();
  expect(await service.listed('shown')).toBe(1);
});

it('works on a page with a strict content security policy', async () => {
  policy = `default-src 'none'; script-src ${service.url}; connect-src ${service.url}`;
  write('data-name="strict"');
  await page.goto(siteUrl);
  await showsNumber('1');
  expect(faults).toEqual([]);
});

// Chromium has no Global Privacy Control. count-in-browser-states.test.ts sets its preference Do Not Track.
it.each(['doNotTrack', 'globalPrivacyControl'])(
  'does not count but shows the number with %s',
  async (signal) => {
    const value = signal === 'doNotTrack' ? '"1"' : 'true';
    await page.addInitScript(`Object.defineProperty(Navigator.prototype, '${signal}', { value: ${value} })`);
    write(`data-name="${signal}" data-respect-privacy`);
    await page.goto(siteUrl);
    await showsNumber('0');
    expect(await service.listed(signal)).toBeUndefined();
    write(`data-name="${signal}"`);
    await page.reload();
    await showsNumber('1');
  },
);

// count-in-browser-states.test.ts restores a page for real, in a complete Chromium.
it('counts a page again on the event of a page that is restored', async () => {
  write('data-name="restored"');
  await page.goto(siteUrl);
  await showsNumber('1');
  await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
  await showsNumber('2');
  expect(await service.listed('restored')).toBe(2);
});

it('serves the script in at most 1 KB, for an hour, to every origin', async () => {
  for (const encoding of ['br', 'gzip']) {
    const { headers } = await fetch(`${service.url}/-/count.js`, {
      headers: { 'Accept-Encoding': encoding },
    });
    expect(headers.get('content-encoding')).toBe(encoding);
    expect(Number(headers.get('content-length'))).toBeLessThanOrEqual(1024);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    await service.http.get('/-/count.js').set('If-None-Match', headers.get('etag')!).expect(304);
  }
});
