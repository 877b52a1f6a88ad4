import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { canTraverse, systemFolder, type DatabaseAccount } from './account';
import { createLinks, type BinaryPackage } from './binaries';
import { hasCode } from './errors';

/** Paths of the PostgreSQL programs. */
export interface Runtime {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** Milliseconds. Copying takes a second, so an older copy was left by a killed process. */
const staleAfter = 3_600_000;

/**
 * Makes the binaries executable and complete: in place if possible, otherwise in a copy. A copy is
 * needed if the package is incomplete and read-only, or if the account cannot reach it (in /root).
 */
export async function prepareRuntime(
  binaries: BinaryPackage,
  dataDirectory: string,
  account: DatabaseAccount | undefined,
): Promise<Runtime> {
  const programs = join(binaries.folder, 'native', 'bin');
  const reachable = account === undefined || (await canTraverse(programs, account));
  if (reachable && (await completeInPlace(binaries.folder))) return listPrograms(binaries.folder);
  const parent = account === undefined ? join(dataDirectory, 'runtime') : systemFolder;
  return listPrograms(await copyRuntime(binaries, parent));
}

function listPrograms(folder: string): Runtime {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const toPath = (program: string): string => join(folder, 'native', 'bin', program + suffix);
  return { initdb: toPath('initdb'), postgres: toPath('postgres'), pgCtl: toPath('pg_ctl') };
}

async function completeInPlace(folder: string): Promise<boolean> {
  try {
    await completeRuntime(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

async function completeRuntime(folder: string): Promise<void> {
  await createLinks(folder);
  const { initdb, postgres, pgCtl } = listPrograms(folder);
  for (const program of [initdb, postgres, pgCtl]) {
    const { mode } = await stat(program);
    if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
  }
}

/**
 * Copies the binaries to `<parent>/<package>-<version>` unless that exists; returns the folder.
 * The copy is made under a temporary name and renamed, so the folder is always complete.
 */
async function copyRuntime(binaries: BinaryPackage, parent: string): Promise<string> {
  const target = join(parent, `${binaries.name}-${binaries.version}`);
  if (await exists(target)) return target;
  // All modes are set explicitly: with a umask of 077 the account could not read the copy.
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o755);
  await removeStaleCopies(target);
  const temporary = `${target}.copy-${randomUUID()}`;
  try {
    await cp(join(binaries.folder, 'native'), join(temporary, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await completeRuntime(temporary);
    await setModesAndSync(temporary);
    await rename(temporary, target);
  } catch (error) {
    // rename does not replace a folder with contents: another process may have made the copy.
    if (!(await exists(target))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

async function removeStaleCopies(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(`${basename(target)}.copy-`)) continue;
    const path = join(dirname(target), name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleAfter) await rm(path, { recursive: true, force: true });
  }
}

async function setModesAndSync(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { withFileTypes: true });
  // Folder by folder, to limit the number of open files.
  for (const entry of entries.filter((each) => each.isDirectory())) {
    await setModesAndSync(join(folder, entry.name));
  }
  await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = await open(join(folder, entry.name), 'r');
        const { mode } = await file.stat();
        await file.chmod((mode & 0o111) === 0 ? 0o644 : 0o755);
        // Without the sync, a power cut after the rename can leave empty files. Some file systems,
        // and Windows on a file opened for reading, cannot sync; the copy is used all the same.
        await file.sync().catch(() => undefined);
        await file.close();
      }),
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
