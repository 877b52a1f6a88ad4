import { lchown, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatorError } from '../shared/operator-error';
import { DataDirectoryError } from './errors';

/** User and group that the database processes run as. */
export interface DatabaseAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Where root stores what the database account must reach if the project is in a private home.
 * Not /tmp or /var/tmp: reboots and cleaners empty them, and everybody may write there.
 */
export const systemFolder = '/var/lib/footfall';

/**
 * Chooses the account for the database; undefined means the current user. PostgreSQL refuses to run
 * as root, so root uses the owner of the existing cluster, else an unprivileged account.
 * @param cluster the existing cluster, if any
 * @throws DataDirectoryError if the cluster belongs to another user
 * @throws OperatorError if root finds no unprivileged account
 */
export async function findDatabaseAccount(cluster: string | undefined): Promise<DatabaseAccount | undefined> {
  const current = process.getuid?.();
  if (current === undefined) return undefined;
  const owner = cluster === undefined ? undefined : await stat(cluster);
  if (current === 0) {
    return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : findUnprivilegedAccount();
  }
  if (owner && owner.uid !== current) {
    throw new DataDirectoryError(
      `The database in ${cluster} belongs to user ${owner.uid}, but this process runs as user ${current}: ` +
        'start it as that user or as root.',
    );
  }
  return undefined;
}

async function findUnprivilegedAccount(): Promise<DatabaseAccount> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  // initdb needs an existing account: "could not look up effective user ID".
  for (const name of ['nobody', 'postgres', 'daemon']) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    // macOS lists nobody as -2, which chown and spawn do not accept.
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new OperatorError(
    'PostgreSQL refuses to run as root, and this system has no user nobody, postgres or daemon: ' +
      'start as an ordinary user, or set DATABASE_URL.',
  );
}

/**
 * Makes an existing cluster usable by the account. PostgreSQL must own its files, so a cluster that
 * belongs to root (copied or unpacked by root) is given to the account.
 * @throws DataDirectoryError if the account cannot enter the folder
 */
export async function grantAccess(cluster: string, account: DatabaseAccount): Promise<void> {
  if (!(await canTraverse(join(cluster, '..'), account))) {
    throw new DataDirectoryError(
      `The database in ${cluster} runs as user ${account.uid}, who cannot enter that folder: ` +
        'run chmod o+x on the folders above it, or move the data directory.',
    );
  }
  if ((await stat(cluster)).uid !== 0) return;
  for (const entry of await readdir(cluster, { recursive: true })) {
    await lchown(join(cluster, entry), account.uid, account.gid);
  }
  // The folder itself comes last: if this is interrupted, the next start repeats it.
  await lchown(cluster, account.uid, account.gid);
}

/**
 * Whether an account can enter a folder: every folder from the root down must give it the x bit.
 * Follows symbolic links; ignores access control lists.
 */
export async function canTraverse(folder: string, account: DatabaseAccount): Promise<boolean> {
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    // The kernel uses the first class that matches, even if a later one would grant more.
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
