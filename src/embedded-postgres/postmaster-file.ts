import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './errors';

/** What a running server writes down about itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** Undefined while the server has not chosen it yet. */
  readonly port: number | undefined;
}

/**
 * Reads `postmaster.pid` of a cluster; undefined when no server left one or it is not written yet.
 * Lines: 1 process, 2 data directory, 3 start time, 4 port (see "postmaster.pid" in PostgreSQL's storage chapter).
 */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  const [pid, , , port] = text.split('\n').map(Number);
  return pid ? { pid, port: port === 0 ? undefined : port } : undefined;
}

/** Removes a `postmaster.pid` whose process is proven to be something else; PostgreSQL would refuse to start. */
export async function removePostmasterFile(cluster: string): Promise<void> {
  await rm(join(cluster, 'postmaster.pid'), { force: true });
}
