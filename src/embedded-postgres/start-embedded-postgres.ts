import { mkdir, realpath } from 'node:fs/promises';
import { admitAccount } from './admit-account';
import { attendJoinedServer, attendOwnServer } from './attend-server';
import { databaseUser } from './connection';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './options';
import { findCluster } from './find-cluster';
import { findDatabaseAccount } from './account';
import { holdStartLock } from './hold-start-lock';
import { initialiseCluster } from './cluster';
import { joinRunningServer } from './join-server';
import { loadPassword } from './data-directory';
import { locateBinaries } from './binaries';
import { prepareRuntime } from './runtime';
import { removeUnfinished } from './remove-unfinished';
import type { ServedCluster } from './server-process';

/**
 * Opens the embedded PostgreSQL server of a data directory: makes the cluster at the first start, joins or takes
 * over a server that runs, else starts one, and starts its own again when that ends by itself. For development and tests only; see EmbeddedPostgresOptions.
 * @throws DataInUseError when the claim is exclusive and another process owns the data
 * @throws Error when the binaries are not installed or the server does not start, with its own words
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = locateBinaries();
  await mkdir(options.dataDirectory, { recursive: true });
  const dataDirectory = await realpath(options.dataDirectory);
  const releaseLock = await holdStartLock(dataDirectory);
  try {
    const served = await prepareCluster(binaries, dataDirectory, options.parameters ?? {});
    const joined = await joinRunningServer(served, { ...options, dataDirectory });
    const attended = joined
      ? attendJoinedServer(joined, served)
      : await attendOwnServer(served, { ...options, dataDirectory });
    const { database } = options;
    const { password } = served;
    return { host: '127.0.0.1', username: databaseUser, password, database, started: !joined, ...attended };
  } finally {
    await releaseLock();
  }
}

async function prepareCluster(
  binaries: ReturnType<typeof locateBinaries>,
  dataDirectory: string,
  parameters: Record<string, string>,
): Promise<ServedCluster> {
  await removeUnfinished(dataDirectory);
  const existing = await findCluster(dataDirectory);
  const account = await findDatabaseAccount(existing);
  if (existing !== undefined && account) await admitAccount(existing, account);
  const runtime = await prepareRuntime(binaries, dataDirectory, account);
  const password = await loadPassword(dataDirectory, existing !== undefined);
  const { initdb } = runtime;
  const cluster =
    existing ??
    (await initialiseCluster({ dataDirectory, initdb, account, username: databaseUser, password }));
  return { cluster, account, runtime, password, parameters };
}
