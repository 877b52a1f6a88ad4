import type { Browser, Page } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { fillService } from '../support/fill-service';
import { hasNginx, startNginx, type Nginx } from '../support/start-nginx';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(120_000);

const key = 'a-key-of-the-tests-only';

// In the pipeline, the job "browser" installs nginx.
(hasNginx ? describe : describe.skip)('behind an nginx that forwards /count/', () => {
  let service: TestService;
  let browser: Browser;
  let nginx: Nginx;
  let watched: WatchedPage;
  let page: Page;
  const requested: string[] = [];
  beforeAll(async () => {
    [service, browser] = await Promise.all([
      startTestService({
        BASE_PATH: '/count',
        READ_KEY: key,
        PUBLIC: 'numbers',
        TRUSTED_PROXIES: 'loopback',
      }),
      launchChromium(),
    ]);
    await fillService(service.database);
    const { origin } = new URL(service.url);
    nginx = await startNginx(`
      location /count/ { proxy_pass ${origin}; proxy_set_header Host $http_host; }
      location / { return 200 'another site'; }`);
    watched = await openWatchedPage(browser, nginx.url);
    page = watched.page;
    page.on('request', (request) => requested.push(new URL(request.url()).pathname));
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await nginx.stop();
    await service.stop();
  });

  const listFaults = () => watched.faults.filter((fault) => !fault.includes('status of 401'));

  it('records', async () => {
    const visit = await fetch(`${nginx.url}/count/behind`);
    expect(await visit.json()).toMatchObject({ username: 'behind', visits: 1 });
    expect(await (await fetch(`${nginx.url}/behind`)).text()).toBe('another site');
  });

  it('signs in, and shows the dashboard with its chart', async () => {
    await page.goto('/count/');
    await page.getByLabel('Read key').fill(key);
    await page.keyboard.press('Enter');
    await page.locator('#chart svg').first().waitFor();
    expect(page.url()).toBe(`${nginx.url}/count/`);
    expect((await watched.context.cookies()).map(({ path }) => path)).toEqual(['/count/']);
    expect(await page.locator('table.visitors tbody tr').count()).toBe(25);
  });

  it('moves to the next page of the list, sorts, and reloads', async () => {
    await page.locator('#next-page').click();
    await page.locator('#first-page').waitFor();
    expect(new URL(page.url()).pathname).toBe('/count/');
    await page.locator('#sort-username').click();
    await page.waitForURL(/sort=username/);
    await page.reload();
    await page.locator('th[aria-sort=ascending]').waitFor();
    expect(new URL(page.url()).pathname).toBe('/count/');
  });

  it("opens a visitor's page, whose builder makes code that works", async () => {
    await page.goto('/count/');
    await page.getByRole('link', { name: 'alice' }).click();
    await page.locator('#badge-preview').waitFor();
    await page.waitForFunction(`document.querySelector('#badge-preview').naturalWidth > 0`);
    const markdown = await page.locator('#badge-markdown').textContent();
    expect(markdown).toBe(
      `[![visits](${nginx.url}/count/-/hit/alice.svg)](${nginx.url}/count/-/visitors/alice)`,
    );
    const image = await fetch(`${nginx.url}/count/-/hit/alice.svg`);
    expect(await image.text()).toContain('aria-label="visits: 1202"');
    expect(await page.locator('#badge-shields').textContent()).toContain(
      `${encodeURIComponent(nginx.url)}%2Fcount%2F%2D%2Fbadge%2Falice.json`,
    );
    expect(await page.locator('#badge-script').textContent()).toContain(
      `src="${nginx.url}/count/-/count.js"`,
    );
  });

  it('sends a request from the API page', async () => {
    await page.getByRole('link', { name: 'API', exact: true }).click();
    const operation = page.locator('details#get_visitors_username');
    await operation.locator('summary').click();
    await operation.getByLabel('username').fill('alice');
    expect(await operation.locator('.snippet code').first().textContent()).toBe(
      `curl '${nginx.url}/count/-/visitors/alice'`,
    );
    await operation.getByRole('button', { name: 'Send' }).click();
    await operation.locator('.answer', { hasText: '"visits": 1202' }).waitFor();
  });

  it('counts a page by the script', async () => {
    await page.goto('/');
    await page.setContent(
      `<script src="/count/-/count.js" data-name="scripted"></script><b data-footfall>none</b>`,
    );
    await page.locator('b', { hasText: '1' }).waitFor();
  });

  it('asks for nothing outside the base path, and without a fault', () => {
    const outside = requested.filter((path) => !path.startsWith('/count/'));
    expect([...new Set(outside)]).toEqual(['/']);
    expect(requested.length).toBeGreaterThan(15);
    expect(listFaults()).toEqual([]);
  });
});
