import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { browseAlone } from '../support/browse-alone';
import { findChromium, isCompleteChromium, launchChromium } from '../support/chromium';
import { readMetric } from '../support/read-metric';
import { startTestService, type TestService } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

// The job "browser" of the pipeline runs these. Set FOOTFALL_TEST_BROWSER to run them elsewhere.
const itNeedsCompleteChromium = isCompleteChromium ? it : it.skip;

let service: TestService;
let site: Server;
let siteUrl: string;
/** The pages of the site by path. */
let pages: Record<string, string>;
/** What the pages of the site have reported. */
let reports: string[];
/** Lets the first page open the second one. */
let go: () => void;
beforeEach(async () => {
  service = await startTestService();
  pages = {};
  reports = [];
  const going = new Promise<void>((resolve) => (go = resolve));
  site = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://site');
    const report = searchParams.get('report');
    if (report !== null) reports.push(report);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (pathname === '/go') void going.then(() => response.end());
    else response.end(pages[pathname] ?? '');
  });
  await new Promise<void>((resolve) => site.listen(0, 'localhost', resolve));
  siteUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
});
afterEach(async () => {
  site.closeAllConnections();
  site.close();
  await service.stop();
});

const renderCounter = (name: string) =>
  `<!doctype html><title>Site</title><p data-footfall>…</p>
   <script defer src="${service.url}/-/count.js" data-name="${name}"></script>`;
const reportChanges = `
  const report = (text) => fetch('/?report=' + encodeURIComponent(text), { keepalive: true });
  document.addEventListener('prerenderingchange', () => report('activated'));
  new MutationObserver(([{ target }]) => report('number ' + target.textContent))
    .observe(document.querySelector('[data-footfall]'), { childList: true });
  addEventListener('load', () => report((document.prerendering ? 'prerendered' : 'loaded')
    + ' with pictures ' + [...document.images].map(({ naturalWidth }) => naturalWidth > 0)));`;
const renderStart = (rules: object, next: string) => `<!doctype html><title>Start</title>
  <script type="speculationrules">${JSON.stringify(rules)}</script>
  <script>fetch('/go').then(() => { location.href = '${next}' })</script>`;

const hasReported = (report: string) => waitUntil(report, 20, () => reports.includes(report));

describe('a page that is prerendered by speculation rules', () => {
  it('is counted once when it is shown, and its hit picture is not counted', async () => {
    pages = {
      '/start': renderStart({ prerender: [{ urls: ['/next'], eagerness: 'immediate' }] }, '/next'),
      '/next': `${renderCounter('prerendered')}<img src="${service.url}/-/hit/pictured.svg">
        <script>${reportChanges}</script>`,
    };
    const close = await browseAlone(`${siteUrl}/start`);
    try {
      await hasReported('prerendered with pictures true');
      await wait(500);
      expect(await service.listed('prerendered')).toBeUndefined();
      go();
      await hasReported('number 1');
      await wait(500);
      expect(reports).toEqual(['prerendered with pictures true', 'activated', 'number 1']);
      expect(await service.listed('prerendered')).toBe(1);
      expect(await service.listed('pictured')).toBeUndefined();
    } finally {
      await close();
    }
  });

  it('is not counted if it is never shown', async () => {
    pages = {
      '/start': renderStart({ prerender: [{ urls: ['/next'], eagerness: 'immediate' }] }, '/elsewhere'),
      '/next': `${renderCounter('prerendered')}<script>${reportChanges}</script>`,
      '/elsewhere': `<!doctype html><title>Elsewhere</title><script>fetch('/?report=elsewhere')</script>`,
    };
    const close = await browseAlone(`${siteUrl}/start`);
    try {
      await hasReported('prerendered with pictures ');
      go();
      await hasReported('elsewhere');
      await wait(500);
      expect(await service.listed('prerendered')).toBeUndefined();
    } finally {
      await close();
    }
  });
});

it('counts an address that was prefetched once, when it is opened', async () => {
  const address = `${service.url}/prefetched`;
  pages = { '/start': renderStart({ prefetch: [{ urls: [address], eagerness: 'immediate' }] }, address) };
  const close = await browseAlone(`${siteUrl}/start`);
  try {
    const refusals = async () => {
      const { text } = await service.http.get('/-/metrics');
      return readMetric(
        text,
        'footfall_http_problems_total{route="/:username",status="503",code="speculative-request"}',
      );
    };
    await waitUntil('the refusal of the prefetch', 20, async () => (await refusals()) === 1);
    expect(await service.listed('prefetched')).toBeUndefined();
    go();
    await waitUntil('the visit', 20, async () => (await service.listed('prefetched')) === 1);
    await wait(500);
    expect(await service.listed('prefetched')).toBe(1);
  } finally {
    await close();
  }
});

it('leaves the page as it is after the service has stopped', async () => {
  pages = { '/': renderCounter('away') };
  const away = await startTestService();
  pages['/'] = pages['/']!.replace(service.url, away.url);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(siteUrl);
    await page.locator('[data-footfall]', { hasText: '1' }).waitFor();
    await away.stop();
    // The browser has cached the script.
    const failed = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
    await page.goto(siteUrl);
    expect((await failed).failure()?.errorText).toBe('net::ERR_CONNECTION_REFUSED');
    await page.waitForTimeout(200);
    expect(await page.locator('[data-footfall]').innerText()).toBe('…');
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

itNeedsCompleteChromium('counts a page again that the back/forward cache restores', async () => {
  pages = {
    '/': `${renderCounter('restored')}<script>
      addEventListener('pageshow', ({ persisted }) => fetch('/?report=persisted ' + persisted))</script>`,
    '/other': '<!doctype html><title>Other</title>',
  };
  const browser = await launchChromium({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const page = await browser.newPage();
    await page.goto(siteUrl);
    await page.locator('[data-footfall]', { hasText: '1' }).waitFor();
    await page.goto(`${siteUrl}/other`);
    expect(await service.listed('restored')).toBe(1);
    await page.goBack({ waitUntil: 'commit' });
    await page.locator('[data-footfall]', { hasText: '2' }).waitFor();
    await hasReported('persisted true');
    await wait(300);
    expect(reports).toEqual(['persisted false', 'persisted true']);
    expect(await service.listed('restored')).toBe(2);
  } finally {
    await browser.close();
  }
});

// Chromium has no preference for Global Privacy Control.
itNeedsCompleteChromium('respects the preference Do Not Track of the browser', async () => {
  pages = {
    '/': renderCounter('asked').replace('data-name', 'data-respect-privacy data-name'),
    '/without': renderCounter('asked'),
  };
  const profile = mkdtempSync(join(tmpdir(), 'footfall-profile-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ enable_do_not_track: true }));
  const context = await chromium.launchPersistentContext(profile, await findChromium());
  try {
    const page = await context.newPage();
    await page.goto(siteUrl);
    await page.locator('[data-footfall]', { hasText: '0' }).waitFor();
    expect(await page.evaluate('navigator.doNotTrack')).toBe('1');
    expect(await service.listed('asked')).toBeUndefined();
    await page.goto(`${siteUrl}/without`);
    await page.locator('[data-footfall]', { hasText: '1' }).waitFor();
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
