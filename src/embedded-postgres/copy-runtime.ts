import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BinaryPackage } from './binaries';

/** A copy takes a second; one that is this old (in milliseconds) was left by a process that was killed. */
const abandonedAfter = 3_600_000;

/**
 * Copies the binaries to `<parent>/<package>-<version>` unless they are there already; returns that folder.
 * Whoever sees the folder sees all of it: the copy is made beside it and renamed.
 * @param complete adds what the package lacks to the copy before anybody sees it
 */
export async function copyRuntime(
  binaries: BinaryPackage,
  parent: string,
  complete: (folder: string) => Promise<void>,
): Promise<string> {
  const target = join(parent, `${binaries.name}-${binaries.version}`);
  if (await exists(target)) return target;
  // Explicit modes throughout: a umask of 077 must not hide the copy from the database account.
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o755);
  await removeAbandonedCopies(target);
  const temporary = `${target}.copy-${randomUUID()}`;
  try {
    await cp(join(binaries.folder, 'native'), join(temporary, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await complete(temporary);
    await settleFiles(temporary);
    await rename(temporary, target);
  } catch (error) {
    // Another process finished the same copy first; a rename never replaces a folder that has contents.
    if (!(await exists(target))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

async function settleFiles(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isDirectory()))
    await settleFiles(join(folder, entry.name));
  await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = await open(join(folder, entry.name), 'r');
        const { mode } = await file.stat();
        await file.chmod((mode & 0o111) === 0 ? 0o644 : 0o755);
        // Without the sync a power cut after the rename can leave empty files under the final name;
        // a file system that cannot sync (or Windows, on a file opened for reading) still gets its copy.
        await file.sync().catch(() => undefined);
        await file.close();
      }),
  );
}

async function removeAbandonedCopies(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(`${basename(target)}.copy-`)) continue;
    const path = join(dirname(target), name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > abandonedAfter)
      await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
