import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '../../../support/wait-until.cjs';

const root = '/sys/fs/cgroup';
// Version 1 of the control groups of Linux has a folder per resource, version 2 has one for all.
const isFirst = existsSync(join(root, 'memory'));
const parent = isFirst ? join(root, 'memory') : root;
const limit = isFirst ? 'memory.limit_in_bytes' : 'memory.max';
const events = isFirst ? 'memory.oom_control' : 'memory.events';

/** Creates a control group in which a process may take only so much more memory. */
async function createGroup(bytes) {
  const folder = join(parent, `footfall-faults-${process.pid}`);
  await mkdir(folder);
  try {
    await writeFile(join(folder, limit), String(bytes));
  } catch (error) {
    await rmdir(folder);
    throw error;
  }
  return folder;
}

/** Whether this account may limit the memory of a process. */
export async function canLimitMemory() {
  const folder = await createGroup(1e9).catch(() => undefined);
  if (folder) await rmdir(folder);
  return folder !== undefined;
}

/**
 * Limits the memory of a service that is busy, until the kernel kills it.
 * @throws when something else ended it
 */
export async function killForMemory(service) {
  const folder = await createGroup(4_000_000);
  try {
    // What it has taken before is not counted in the group.
    await writeFile(join(folder, 'cgroup.procs'), String(service.pid));
    await waitUntil('the kernel to kill the service', 30, () => !existsSync(`/proc/${service.pid}`));
    const text = await readFile(join(folder, events), 'utf8');
    if (!/^oom_kill [1-9]/m.test(text)) throw new Error(`the kernel killed nothing: ${text}`);
    const how = await service.end('SIGKILL');
    if (how !== 'SIGKILL') throw new Error(`the service ended with ${how}`);
  } finally {
    await waitUntil('the group to be empty', 5, () =>
      rmdir(folder).then(
        () => true,
        () => false,
      ),
    );
  }
}
