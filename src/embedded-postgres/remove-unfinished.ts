import { readdir, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemFolder } from './system-folder';

/** Start of the names of clusters that are being made. */
export const unfinishedPrefix = 'postgres.new-';

/**
 * Removes clusters that a killed process left half made. Only call it while holding the start lock.
 * What cannot be removed now (an initdb that outlived its parent may still write) waits for the next start.
 */
export async function removeUnfinished(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    const path = join(dataDirectory, name);
    const outside = await readlink(path).catch(() => undefined);
    // Never follow a link to anywhere else than where this program puts clusters.
    if (outside && dirname(outside) === systemFolder) await removeCluster(outside);
    await removeCluster(path);
  }
}

async function removeCluster(path: string): Promise<void> {
  for (const each of [path, `${path}.password`]) {
    await rm(each, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}
