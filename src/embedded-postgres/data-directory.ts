import { randomBytes, randomUUID } from 'node:crypto';
import { link, lstat, open, readFile, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemFolder } from './account';
import { DataDirectoryError, hasCode } from './errors';

/** Prefix of the names of clusters that initdb has not finished. */
export const unfinishedPrefix = 'postgres.new-';

/**
 * Finds the cluster of a data directory: the real path of `<dataDirectory>/postgres`, or undefined
 * if there is none yet. The entry exists only once the cluster is complete, and may be a link.
 * @throws DataDirectoryError if it is a broken link: starting with an empty cluster would hide that
 *   data is lost
 */
export async function findCluster(dataDirectory: string): Promise<string | undefined> {
  const entry = join(dataDirectory, 'postgres');
  if ((await lstat(entry).catch(() => undefined)) === undefined) return undefined;
  try {
    return await realpath(entry);
  } catch (cause) {
    throw new DataDirectoryError(
      `${entry} is a link to a folder that does not exist: ` +
        'restore that folder with its data, or remove the link to start empty.',
      { cause },
    );
  }
}

/**
 * Checks that the installed PostgreSQL can open a cluster, which only its own major version can.
 * @param version version of the installed binaries, e.g. `18.4.0-beta.17`
 * @throws DataDirectoryError if another major version made the cluster
 */
export async function checkMajorVersion(cluster: string, version: string): Promise<void> {
  // A cluster without the file is damaged; the server reports that itself.
  const found = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  const [installed = ''] = version.split('.');
  if (found === '' || found === installed) return;
  const advice =
    Number(found) < Number(installed)
      ? 'run "footfall database upgrade", which copies it and keeps the old one'
      : 'install the release of Footfall that made it';
  throw new DataDirectoryError(
    `The database in DATA_DIR (${cluster}) was made by PostgreSQL ${found}, and the embedded PostgreSQL ${installed} ` +
      `cannot open it: ${advice}.`,
  );
}

/**
 * Removes clusters that a killed process did not finish. Call it only while holding the start lock.
 * Skips what cannot be removed yet, since an orphaned initdb may still be writing.
 */
export async function removeUnfinished(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    const path = join(dataDirectory, name);
    const target = await readlink(path).catch(() => undefined);
    // Follow links only into the folder where Footfall puts clusters.
    if (target && dirname(target) === systemFolder) await removeCluster(target);
    await removeCluster(path);
  }
}

async function removeCluster(path: string): Promise<void> {
  for (const each of [path, `${path}.password`]) {
    await rm(each, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

/**
 * Reads the database password from `<dataDirectory>/password`, or creates it if there is no cluster
 * yet. Only the user who runs Node may read the file.
 * @param clusterExists a cluster keeps its password, so a lost file cannot be replaced
 * @throws DataDirectoryError if the file is missing or not readable
 */
export async function loadPassword(dataDirectory: string, clusterExists: boolean): Promise<string> {
  const path = join(dataDirectory, 'password');
  const known = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT')) return '';
    throw new DataDirectoryError(`${path} cannot be read: start as the user who owns it.`, { cause });
  });
  if (known.trim() !== '') return known.trim();
  if (clusterExists) {
    throw new DataDirectoryError(
      `${path} is missing, and the database cannot be opened without it: ` +
        `restore the file, or move ${join(dataDirectory, 'postgres')} away to start empty.`,
    );
  }
  await rm(path, { force: true });
  return createPassword(path);
}

async function createPassword(path: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
    await file.close();
    // link fails if the file exists; rename would overwrite a password that is already in use.
    await link(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return password;
}
