import { lstat, readlink, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemFolder } from './account';
import { syncFolder } from './cluster';

/** A verified copy of the cluster that shall replace it. Its name is complete only when the copy is. */
const upgraded = 'postgres.upgraded';

/** Whether there is something of this name, be it a broken link. */
export async function isPresent(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/**
 * Replaces `<dataDirectory>/postgres` by another cluster of the same file system. No server may use either. A process
 * that is killed meanwhile leaves either the old cluster, or what `finishSwitch` completes.
 * @param replacement the other cluster, or a link to it
 * @param kept name that the old cluster gets
 */
export async function switchCluster(dataDirectory: string, replacement: string, kept: string): Promise<void> {
  const move = async (from: string, name: string): Promise<void> => {
    await rename(from, join(dataDirectory, name));
    await syncFolder(dataDirectory);
  };
  await removeCopy(join(dataDirectory, upgraded));
  await move(replacement, upgraded);
  await move(join(dataDirectory, 'postgres'), kept);
  await finishSwitch(dataDirectory);
}

/** Completes a switch that was interrupted, or removes what it left. Call it only while holding the start lock. */
export async function finishSwitch(dataDirectory: string): Promise<void> {
  const copy = join(dataDirectory, upgraded);
  if (!(await isPresent(copy))) return;
  // The old cluster may have got visits since then.
  if (await isPresent(join(dataDirectory, 'postgres'))) return removeCopy(copy);
  await rename(copy, join(dataDirectory, 'postgres'));
  await syncFolder(dataDirectory);
}

async function removeCopy(copy: string): Promise<void> {
  const target = await readlink(copy).catch(() => undefined);
  // Follow links only into the folder where Footfall puts clusters.
  if (target && dirname(target) === systemFolder) await rm(target, { recursive: true, force: true });
  await rm(copy, { recursive: true, force: true });
}
