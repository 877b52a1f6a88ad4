import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { source as axeSource } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A page in its own browser context that records everything that must not happen. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught errors, CSP violations, failed requests and requests to other origins. */
  readonly faults: string[];
  /** Lists the issues that axe-core rates serious or critical. */
  findSeriousIssues(): Promise<string[]>;
  /** Lists the controls and links that are less than 24 pixels wide or high. */
  findSmallTargets(): Promise<string[]>;
  /** Writes a screenshot to tests/screenshots, for people. */
  photograph(name: string): Promise<void>;
  close(): Promise<void>;
}

const screenshots = join(__dirname, '..', 'screenshots');

/** Opens an empty page whose base URL is `url`. */
export async function openWatchedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Asia/Kolkata',
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== new URL(url).origin) faults.push(`request to another origin: ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (text: string) => faults.push(text));
  await page.addInitScript(`
    addEventListener('securitypolicyviolation', (event) =>
      reportViolation('CSP violation: ' + event.violatedDirective + ' ' + event.blockedURI));
  `);
  return {
    page,
    context,
    faults,
    async findSeriousIssues() {
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate<{
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      }>(`axe.run({ resultTypes: ['violations'] })`);
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    },
    findSmallTargets: () =>
      page.evaluate<string[]>(`
        [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
          .filter((element) => element.checkVisibility() && !element.matches('.skip'))
          .filter((element) => {
            const { width, height } = element.getBoundingClientRect();
            return width < 24 || height < 24;
          })
          .map((element) => element.outerHTML)`),
    async photograph(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    },
    close: () => context.close(),
  };
}
