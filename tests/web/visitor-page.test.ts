import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openWatchedPage, type WatchedPage } from '../support/browser-page';
import { launchChromium } from '../support/chromium';
import { fillService } from '../support/fill-service';
import { startTestService, type TestService } from '../support/test-service';

// A real browser is slow on a busy machine.
jest.setTimeout(60_000);

let service: TestService;
let browser: Browser;
let shared: WatchedPage;
let watched: WatchedPage;
let page: Page;
beforeAll(async () => {
  [service, browser] = await Promise.all([startTestService(), launchChromium()]);
  await fillService(service.database);
  shared = await openWatchedPage(browser, service.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});
afterEach(async () => {
  if (watched !== shared) await watched.close();
});

async function open(path: string, options?: BrowserContextOptions): Promise<void> {
  watched = options ? await openWatchedPage(browser, service.url, options) : shared;
  watched.faults.length = 0;
  page = watched.page;
  await page.goto(path);
  await page.locator('.bar').first().waitFor();
}

const choose = (name: string) => page.getByRole('combobox', { name, exact: true });
const codeOf = (language: string) => page.locator(`#badge-${language}`).innerText();
const previewAfter = async (change: () => Promise<unknown>): Promise<string> => {
  const loaded = page.waitForResponse((response) => response.url().includes('/-/badge/'));
  await change();
  const response = await loaded;
  expect(response.status()).toBe(200);
  const { pathname, search } = new URL(response.url());
  return pathname + search;
};

it('shows the number, the first and last visit, and the chart', async () => {
  await open('/-/visitors/visitor-01');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('visitor-01');
  expect(await page.locator('.total').innerText()).toBe('60 visits');
  expect(await page.locator('.edges dd').allInnerTexts()).toEqual(['12 days ago', '5 hours ago']);
  const { body } = await service.http.get('/-/visitors/visitor-01');
  const times = page.locator('.edges time');
  expect(await times.first().getAttribute('datetime')).toBe(body.first_visit_at);
  expect(await times.first().getAttribute('title')).toMatch(/^\d{1,2} \w+ \d{4},? .*(GMT\+5:30|IST)$/);
  expect(await page.locator('.readout').innerText()).toBe('60 visits in the last 30 days');
  expect(watched.faults).toEqual([]);
});

it('says that a visitor has no visits yet', async () => {
  await service.database.query(`INSERT INTO visitors (username) VALUES ('never-came')`);
  await open('/-/visitors/never-came');
  expect(await page.locator('.total').innerText()).toBe('0 visits');
  expect(await page.locator('.edges dd').allInnerTexts()).toEqual(['none yet', 'none yet']);
  expect(watched.faults).toEqual([]);
});

it('builds a badge with a preview and code to copy, and records nothing', async () => {
  await open('/-/visitors/visitor-02');
  const hit = `${service.url}/-/hit/visitor-02.svg`;
  const link = `${service.url}/-/visitors/visitor-02`;
  expect(await codeOf('markdown')).toBe(`[![visits](${hit})](${link})`);
  expect(await codeOf('html')).toBe(`<a href="${link}"><img src="${hit}" alt="visits"></a>`);
  expect(await codeOf('script')).toBe(
    `<script defer src="${service.url}/-/count.js" data-name="visitor-02"></script> <span data-footfall></span>`,
  );
  expect(await codeOf('asciidoc')).toBe(`image:${hit}["visits",link="${link}"]`);

  expect(await previewAfter(() => page.getByLabel('Style').selectOption('for-the-badge'))).toBe(
    '/-/badge/visitor-02.svg?style=for-the-badge',
  );
  await previewAfter(() => page.getByLabel('Label', { exact: true }).fill('seen & counted'));
  await previewAfter(() => page.getByLabel('Pick: Colour', { exact: true }).fill('#aa3366'));
  expect(await previewAfter(() => choose('Number').selectOption('12.3k'))).toBe(
    '/-/badge/visitor-02.svg?format=abbreviated&style=for-the-badge&label=seen%20%26%20counted&color=aa3366',
  );
  await page.getByLabel('Only shows the number').check();
  await page.waitForTimeout(300);
  const only = `${service.url}/-/badge/visitor-02.svg?format=abbreviated&style=for-the-badge&label=seen%20%26%20counted&color=aa3366`;
  for (const [name, code] of [
    ['Copy Markdown', `[![seen \\& counted](${only})](${link})`],
    [
      'Copy HTML',
      `<a href="${link}"><img src="${only.replaceAll('&', '&amp;')}" alt="seen &amp; counted"></a>`,
    ],
    ['Copy AsciiDoc', `image:${only}["seen & counted",link="${link}"]`],
  ] as const) {
    await page.getByRole('button', { name }).click();
    await page.getByRole('button', { name: 'Copied' }).first().waitFor();
    expect(await page.evaluate(`navigator.clipboard.readText()`)).toBe(code);
  }
  const { naturalWidth } = await page.locator('#badge-preview').evaluate((image) => ({
    naturalWidth: (image as unknown as { naturalWidth: number }).naturalWidth,
  }));
  expect(naturalWidth).toBeGreaterThan(60);
  expect(await service.listed('visitor-02')).toBe(45);
  expect(watched.faults).toEqual([]);
});

it('offers every parameter of a badge, and the line of 30 days', async () => {
  await open('/-/visitors/visitor-04');
  await page.getByLabel('Colour', { exact: true }).fill('rebeccapurple');
  await choose('Visits').selectOption('Today / all');
  await choose('Number').selectOption('12,345');
  await page.getByLabel('Digits').fill('6');
  await page.getByLabel('Logo').fill('github');
  await page.getByLabel('Colour of the label', { exact: true }).fill('hsl(200 50% 40%)');
  const query =
    'period=today%2Ftotal&format=grouped&digits=6&logo=github&labelColor=hsl%28200%2050%25%2040%25%29' +
    '&color=rebeccapurple&tz=Asia%2FCalcutta';
  const shown = page.waitForResponse(`${service.url}/-/badge/visitor-04.svg?${query}`);
  await choose('Time zone').selectOption('Asia/Calcutta');
  expect((await shown).status()).toBe(200);
  const link = `${service.url}/-/visitors/visitor-04`;
  expect(await codeOf('markdown')).toBe(`[![visits](${service.url}/-/hit/visitor-04.svg?${query})](${link})`);
  const description = `${service.url}/-/badge/visitor-04.json?${query}`;
  await page.getByRole('button', { name: 'Copy shields.io' }).click();
  const shields = await page.evaluate<string>(`navigator.clipboard.readText()`);
  const requested = new URL(/\((https:\/\/img\.shields\.io[^)]+)\)/.exec(shields)?.[1] ?? '');
  expect(requested.searchParams.get('url')).toBe(description);
  const described = (await (await fetch(description)).json()) as { message: string; namedLogo: string };
  expect(described).toMatchObject({
    message: expect.stringMatching(/^000,00\d \/ 000,030$/),
    namedLogo: 'github',
  });
  await watched.photograph('builder');

  const line = page.waitForResponse(/\/-\/spark\//);
  await page.getByLabel('Draws the last 30 days as a line').check();
  expect((await line).url()).toBe(
    `${service.url}/-/spark/visitor-04.svg?color=rebeccapurple&tz=Asia%2FCalcutta`,
  );
  expect(await codeOf('markdown')).toBe(`[![visits in 30 days](${(await line).url()})](${link})`);
  for (const label of ['Digits', 'Label', 'Logo']) {
    expect(await page.getByLabel(label).first().isVisible()).toBe(false);
  }
  expect(await page.getByRole('button', { name: 'Copy shields.io' }).isVisible()).toBe(false);
  expect(await service.listed('visitor-04')).toBe(30);
  expect(watched.faults).toEqual([]);
});

it('says in words which value of the badge is not possible', async () => {
  watched = await openWatchedPage(browser, service.url);
  page = watched.page;
  await page.goto('/-/visitors/visitor-05');
  await page.locator('.bar').first().waitFor();
  await page.getByLabel('Logo').fill('no-such-icon');
  const refusal = page.locator('#badge-refusal', { hasText: 'https://simpleicons.org' });
  await refusal.waitFor();
  await page.getByLabel('Logo').fill('');
  await refusal.waitFor({ state: 'hidden' });
  const reported = watched.faults.filter((fault) => !fault.includes('status of 400'));
  expect(reported).toEqual([]);
});

it('keeps the fields of the badge builder during a refresh', async () => {
  await open('/-/visitors/visitor-03');
  await page.getByLabel('Label', { exact: true }).fill('kept');
  await page.locator('#badge-markdown', { hasText: 'label=kept' }).waitFor();
  await service.http.get('/visitor-03');
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await page.locator('#figure-visits.changed').waitFor();
  expect(await page.locator('.total').innerText()).toBe('37 visits');
  expect(await page.getByLabel('Label', { exact: true }).inputValue()).toBe('kept');
  expect(await codeOf('markdown')).toContain('label=kept');
  expect(watched.faults).toEqual([]);
});

it('selects the code if the clipboard is not available', async () => {
  await open('/-/visitors/alice');
  await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
  await page.getByRole('button', { name: 'Copy Markdown' }).click();
  await page.getByRole('button', { name: 'Selected: press Ctrl+C' }).waitFor();
  expect(await page.evaluate(`getSelection().toString()`)).toBe(await codeOf('markdown'));
  expect(watched.faults).toEqual([]);
});

it('gives a button back its text after a refresh', async () => {
  await open('/-/visitors/alice');
  const button = page.locator('[data-copy="badge-markdown"]');
  await page.getByRole('button', { name: 'Copy Markdown' }).click();
  await service.http.get('/alice');
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await page.locator('#figure-visits.changed').waitFor();
  await page.waitForTimeout(2100);
  expect(await button.innerText()).toBe('Copy Markdown');
  expect(watched.faults).toEqual([]);
});

it('shows a page for an unknown name', async () => {
  watched = await openWatchedPage(browser, service.url);
  const response = await watched.page.goto('/-/visitors/nobody');
  expect(response?.status()).toBe(404);
  await watched.page.getByText('No visit to "nobody" has been counted yet.').waitFor();
  await watched.page.getByRole('link', { name: 'Show all visitors' }).waitFor();
  expect(await watched.findSeriousIssues()).toEqual([]);
  await watched.photograph('problem');
});

it.each(['light', 'dark'] as const)('has no serious axe findings in the %s theme', async (colorScheme) => {
  await open('/-/visitors/visitor-01', { colorScheme });
  expect(await watched.findSeriousIssues()).toEqual([]);
  await page.locator('.bar').nth(25).hover();
  await watched.photograph(`visitor-${colorScheme}`);
  expect(watched.faults).toEqual([]);
});

it.each(['visitor-01', 'x'.repeat(255)])('fits a phone of 320 pixels with the name %s', async (name) => {
  await open(`/-/visitors/${name}`, { viewport: { width: 320, height: 640 } });
  expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBe(320);
  await watched.photograph(name === 'visitor-01' ? 'visitor-phone' : 'visitor-long-name-phone');
  expect(watched.faults).toEqual([]);
});
