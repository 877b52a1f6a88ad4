import { createWriteStream, fstatSync, ftruncateSync, readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';

const npmBanner = /^\n> [^\n]* visits\n> [^\n]*\n\n$/;

/**
 * Opens standard output for an export. `npm run` writes two lines of its own to it before a script begins: in a file
 * they are taken out again, in a pipe nobody can, so there it has to be told not to.
 * @throws {Error} saying how to call the command instead.
 */
export function openOutput(environment: Readonly<Record<string, string | undefined>>): Writable {
  const isAnnounced =
    environment['npm_lifecycle_event'] === 'visits' && environment['npm_config_loglevel'] !== 'silent';
  if (!isAnnounced || process.stdout.isTTY) return process.stdout;
  if (!holdsOnlyBanner()) {
    throw new Error('npm has written lines of its own into the output; use "npm run --silent visits export"');
  }
  ftruncateSync(1, 0);
  // The shell's place in the file is behind the banner, so ours has to be given.
  return createWriteStream('', { fd: 1, start: 0, autoClose: false });
}

function holdsOnlyBanner(): boolean {
  const { size } = fstatSync(1);
  if (!fstatSync(1).isFile() || size > 4096) return false;
  try {
    return npmBanner.test(readFileSync('/proc/self/fd/1', 'utf8'));
  } catch {
    return false;
  }
}
