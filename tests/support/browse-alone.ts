import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium';

/**
 * Opens an address in a Chromium that no program controls, because Chromium prerenders nothing in a page that is
 * controlled. The page has to act and to report by itself.
 * @returns closes the browser
 */
export async function browseAlone(url: string): Promise<() => Promise<void>> {
  const { executablePath, env } = await findChromium();
  const profile = mkdtempSync(join(tmpdir(), 'footfall-profile-'));
  const browser = spawn(
    executablePath,
    [
      '--headless',
      // Chromium refuses to start under root with its sandbox.
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      // Keeps a page without a window running.
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      url,
    ],
    // A process group of its own, so that all processes of the browser can be ended.
    { env, stdio: 'ignore', detached: true },
  );
  const ended = once(browser, 'exit');
  return async () => {
    if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}
