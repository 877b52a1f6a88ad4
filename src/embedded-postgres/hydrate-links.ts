import { randomUUID } from 'node:crypto';
import { lstat, readFile, readlink, rename, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hasCode } from './errors';

interface ListedLink {
  /** File the link points to, relative to the package. */
  source: string;
  /** Where the link lies, relative to the package. */
  target: string;
}

/**
 * Creates the symbolic links listed in `native/pg-symlinks.json`. npm packages cannot carry links, so the
 * package makes them in a postinstall script, which `--ignore-scripts` skips: the libraries are then missing.
 * Idempotent, and safe beside another process that does the same.
 * @param folder package folder or a copy of it
 * @throws the file system's error when a link is missing and the folder cannot be written
 */
export async function hydrateLinks(folder: string): Promise<void> {
  for (const { source, target } of await readListedLinks(folder)) {
    const link = join(folder, target);
    const value = relative(dirname(target), source);
    if (await hasLink(link, value)) continue;
    // A rename replaces atomically: nobody ever sees the link half made, whoever comes second.
    const temporary = `${link}.${randomUUID()}`;
    await symlink(value, temporary);
    await rename(temporary, link);
  }
}

async function readListedLinks(folder: string): Promise<ListedLink[]> {
  try {
    return JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as ListedLink[];
  } catch (error) {
    // Not every platform's package needs links.
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function hasLink(link: string, value: string): Promise<boolean> {
  const found = await lstat(link).catch(() => undefined);
  if (found === undefined) return false;
  // A regular file in that place does the same job.
  return !found.isSymbolicLink() || (await readlink(link)) === value;
}
