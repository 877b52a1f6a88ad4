import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { repository } from '../../support/work-tree.mjs';

/** Starts a Chromium in which Lighthouse rates pages. */
export async function createLighthouse(categories) {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-lighthouse-'));
  const { executable, environment } = findChromium(folder);
  const chrome = await launch({
    chromePath: executable,
    envVars: { ...process.env, ...environment },
    userDataDir: folder,
    // Chromium refuses to start under root with its sandbox.
    chromeFlags: ['--headless', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return {
    /** Returns the scores of a page by category, and the audits that cost points. */
    async rate(url, formFactor) {
      const options = { port: chrome.port, logLevel: 'error', onlyCategories: categories };
      const { lhr } = await lighthouse(url, options, formFactor === 'desktop' ? desktopConfig : undefined);
      assertRan(lhr);
      const scores = categories.map((category) => [category, lhr.categories[category].score]);
      return {
        scores: Object.fromEntries(scores),
        faults: categories.flatMap((name) => listFaults(lhr, name)),
      };
    },
    async close() {
      await chrome.kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function assertRan({ runtimeError, runWarnings }) {
  if (runtimeError) throw new Error(`${runtimeError.code}: ${runtimeError.message} ${runWarnings.join(' ')}`);
}

function listFaults(lhr, category) {
  return lhr.categories[category].auditRefs
    .filter(({ weight }) => weight > 0)
    .map(({ id }) => lhr.audits[id])
    .filter(({ score }) => score !== null && score < 1)
    .map(({ id, score, displayValue = '', details }) => {
      const items = JSON.stringify(details?.items ?? []).slice(0, 500);
      return `${category}: ${id} ${score} ${displayValue} ${category === 'performance' ? '' : items}`;
    });
}

function findChromium(folder) {
  const own = process.env['CHROME_PATH'];
  if (own) return { executable: own, environment: {} };
  const script = join(repository, 'tests/support/inflate-chromium.mjs');
  const environment = { TMPDIR: folder };
  const inflated = execFileSync(process.execPath, [script], { env: { ...process.env, ...environment } });
  const { executable, libraries } = JSON.parse(inflated.toString());
  return { executable, environment: { ...environment, LD_LIBRARY_PATH: libraries } };
}
