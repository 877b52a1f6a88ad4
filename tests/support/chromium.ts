import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { serverVariable } from './server-address';

interface Inflated {
  readonly executable: string;
  readonly libraries: string;
}

const fontSettings = 'fonts.conf';

/**
 * Whether the browser is a complete one. The one in the npm packages is Chromium's headless shell, which has neither a
 * back/forward cache nor preferences.
 */
export const isCompleteChromium = Boolean(process.env['FOOTFALL_TEST_BROWSER']);

/**
 * Starts a real Chromium. The flags of the package are not used, because they disable what the tests examine. One that
 * crashes before it has opened a page, as one of some thousand does, is started again, once.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const launchOptions = { ...options, ...(await findChromium()) };
  return chromium.launch(launchOptions).catch((error: unknown) => {
    if (!String(error).includes('signal=SIGSEGV')) throw error;
    console.warn('Chromium crashed while it started, and is started again.');
    return chromium.launch(launchOptions);
  });
}

/**
 * Finds the Chromium in `FOOTFALL_TEST_BROWSER`, or the one in the npm packages, unpacked into the folder of this run.
 */
export async function findChromium(): Promise<Required<Pick<LaunchOptions, 'executablePath' | 'env'>>> {
  const own = process.env['FOOTFALL_TEST_BROWSER'];
  if (own) return { executablePath: own, env: process.env };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `There is no browser for ${process.platform} on ${process.arch} in the npm packages, so the pages are not tested. ` +
        'Set FOOTFALL_TEST_BROWSER to the path of a Chromium and run the tests again.',
    );
  }
  const folder = join(dirname(process.env[serverVariable] ?? ''), 'browser');
  const { executable, libraries } = await inflateOnce(folder);
  return {
    executablePath: executable,
    env: {
      ...process.env,
      TMPDIR: folder,
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_FILE: join(folder, fontSettings),
    },
  };
}

// All workers share one browser: the worker that creates the folder unpacks it, and the others wait for its file.
async function inflateOnce(folder: string): Promise<Inflated> {
  const description = join(folder, 'inflated.json');
  if (isFirst(folder)) {
    writeFontSettings(folder);
    const inflated = execFileSync(process.execPath, [join(__dirname, 'inflate-chromium.mjs')], {
      env: { ...process.env, TMPDIR: folder },
    });
    writeFileSync(`${description}.part`, inflated);
    renameSync(`${description}.part`, description);
  }
  while (!existsSync(description)) await wait(50);
  return JSON.parse(readFileSync(description, 'utf8')) as Inflated;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

// The settings of the package expect its fonts in a fixed folder; without any font, pages stay blank.
function writeFontSettings(folder: string): void {
  const places = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  writeFileSync(
    join(folder, fontSettings),
    `<?xml version="1.0"?><fontconfig>${places.map((place) => `<dir>${place}</dir>`).join('')}` +
      `<cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>\n`,
  );
}
