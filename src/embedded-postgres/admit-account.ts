import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canTraverse } from './can-traverse';
import type { DatabaseAccount } from './account';

/**
 * Sees to it that the account can use an existing cluster. One that root owns was copied or unpacked by root:
 * PostgreSQL insists that its account owns the files, so they are given to it.
 * @throws Error when the account cannot reach the folder
 */
export async function admitAccount(cluster: string, account: DatabaseAccount): Promise<void> {
  if (!(await canTraverse(join(cluster, '..'), account))) {
    throw new Error(
      `The database in ${cluster} runs as user ${account.uid}, who may not enter that folder: ` +
        'give the folders above it the x bit for others (chmod o+x), or move the data directory.',
    );
  }
  if ((await stat(cluster)).uid !== 0) return;
  for (const entry of await readdir(cluster, { recursive: true })) {
    await lchown(join(cluster, entry), account.uid, account.gid);
  }
  // Last, because it marks the work as done: a start that is killed in the middle is repeated.
  await lchown(cluster, account.uid, account.gid);
}
