import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Finds the cluster of a data directory: the real path of `<dataDirectory>/postgres`, or undefined when none
 * was made yet. The entry appears only when a cluster is complete, and may be a link to another folder.
 * @throws Error when it is a link to a folder that is gone: starting empty would hide lost data
 */
export async function findCluster(dataDirectory: string): Promise<string | undefined> {
  const entry = join(dataDirectory, 'postgres');
  if ((await lstat(entry).catch(() => undefined)) === undefined) return undefined;
  try {
    return await realpath(entry);
  } catch (cause) {
    throw new Error(
      `${entry} is a link to a folder that is gone, and so are its data: ` +
        'restore that folder, or remove the link to start empty.',
      { cause },
    );
  }
}
