import { mkdir, realpath } from 'node:fs/promises';
import { findDatabaseAccount, grantAccess } from './account';
import { locateBinaries, readMajor, type BinaryPackage } from './binaries';
import { createCluster } from './cluster';
import { databaseUser } from './connection';
import { checkMajorVersion, findCluster, loadPassword, removeUnfinished } from './data-directory';
import { joinServer } from './join-server';
import { DataDirectoryError } from './errors';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './options';
import { startOwnServer } from './own-server';
import { takeStartLock } from './ownership';
import { prepareRuntime } from './runtime';
import type { ServerConfig } from './server-process';
import { finishSwitch } from './switch-cluster';

/**
 * Opens the embedded PostgreSQL server of a data directory: joins the server that runs there, or
 * starts one, and creates the cluster before the first start. For development and tests only.
 * @throws DataInUseError if the claim is exclusive and another process owns the data
 * @throws DataDirectoryError if a person has to change the data directory first
 * @throws OperatorError if the binaries are not installed or the server does not start, with its messages
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = options.binaries ?? locateBinaries();
  try {
    await mkdir(options.dataDirectory, { recursive: true });
    const dataDirectory = await realpath(options.dataDirectory);
    return await joinOrStart(binaries, { ...options, dataDirectory });
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new DataDirectoryError(
      `DATA_DIR cannot be used (${error.message}): set it to a folder with space that this user may write to.`,
      { cause: error },
    );
  }
}

async function joinOrStart(
  binaries: BinaryPackage,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const releaseLock = await takeStartLock(options.dataDirectory);
  try {
    const config = await prepareCluster(binaries, options);
    let handle = await joinServer(config, options);
    if (!handle) {
      // Not earlier: a running server of another version can still be joined.
      await checkMajorVersion(config.cluster, binaries.version);
      handle = await startOwnServer(config, options);
    }
    const { password } = config;
    return { host: '127.0.0.1', username: databaseUser, password, database: options.database, ...handle };
  } finally {
    await releaseLock();
  }
}

/** Whether the file system refused something. Not instanceof: under jest, its errors come from another realm. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'path' in error;
}

async function prepareCluster(
  binaries: BinaryPackage,
  { dataDirectory, parameters = {} }: EmbeddedPostgresOptions,
): Promise<ServerConfig> {
  await finishSwitch(dataDirectory);
  await removeUnfinished(dataDirectory);
  const existing = await findCluster(dataDirectory);
  const account = await findDatabaseAccount(existing);
  if (existing !== undefined && account) await grantAccess(existing, account);
  const runtime = await prepareRuntime(binaries, dataDirectory, account);
  const password = await loadPassword(dataDirectory, existing !== undefined);
  const { initdb } = runtime;
  const major = readMajor(binaries.version);
  const wanted = { dataDirectory, initdb, major, account, username: databaseUser, password };
  const cluster = existing ?? (await createCluster(wanted));
  return { cluster, account, runtime, password, parameters };
}
