import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canTraverse, systemFolder, type DatabaseAccount } from './account';
import { unfinishedPrefix } from './data-directory';
import { runCommand } from './server-process';

/** What initdb needs for a new cluster. */
export interface NewCluster {
  readonly dataDirectory: string;
  readonly initdb: string;
  /** Major version of initdb. */
  readonly major: number;
  readonly account: DatabaseAccount | undefined;
  readonly username: string;
  readonly password: string;
}

/**
 * Creates the cluster and returns its real path. It is made under a temporary name and renamed to
 * `<dataDirectory>/postgres` when complete, so an interrupted start leaves nothing that looks
 * complete. If the account cannot enter the data directory, the cluster is made in the system
 * folder and `<dataDirectory>/postgres` is a link to it.
 */
export async function createCluster(wanted: NewCluster): Promise<string> {
  const { dataDirectory, account } = wanted;
  const id = randomBytes(8).toString('hex');
  const unfinished = join(dataDirectory, `${unfinishedPrefix}${id}`);
  const entry = join(dataDirectory, 'postgres');
  if (account === undefined || (await canTraverse(dataDirectory, account))) {
    await mkdir(unfinished, { mode: 0o700 });
    await runInitdb(unfinished, wanted);
    await rename(unfinished, entry);
    await syncFolder(dataDirectory);
    return entry;
  }
  const outside = join(systemFolder, `data-${id}`);
  await mkdir(systemFolder, { recursive: true });
  await chmod(systemFolder, 0o755);
  // The link comes first: after an interrupted start it tells the next start what to remove.
  await symlink(outside, unfinished);
  await mkdir(outside, { mode: 0o700 });
  await runInitdb(outside, wanted);
  await syncFolder(systemFolder);
  await rename(unfinished, entry);
  await syncFolder(dataDirectory);
  return outside;
}

async function runInitdb(folder: string, wanted: NewCluster): Promise<void> {
  const { initdb, major, account, username, password } = wanted;
  const passwordFile = `${folder}.password`;
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (account) await chown(passwordFile, account.uid, account.gid);
    if (account) await chown(folder, account.uid, account.gid);
    const builtin = major < 17 ? [] : ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const locale = ['--encoding=UTF8', '--locale=C', ...builtin];
    const access = [`--username=${username}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await runCommand(
      initdb,
      [`--pgdata=${folder}`, ...access, ...locale, ...(major < 14 ? [] : ['--no-instructions'])],
      account,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Makes renames in a folder durable; initdb syncs only the contents of the cluster. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and records renames in its journal.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
