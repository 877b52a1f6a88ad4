import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { ensureDatabase, reconnect, waitForServer } from './connection';
import { DataInUseError, hasCode } from './errors';
import type { EmbeddedPostgresOptions, ServerHandle } from './options';
import { findOwner, takeOwnerLock } from './ownership';
import {
  identifyProcess,
  isProcessAlive,
  readPostmasterFile,
  removePostmasterFile,
  stopServer,
} from './postmaster';
import type { ServerConfig } from './server-process';
import { watchServer } from './watch-server';

/** Milliseconds to wait until the session of a killed owner has ended. */
const ownerTimeout = 2_000;

/**
 * Joins the server that runs on the cluster. An orphaned server (its owner was killed) is stopped
 * instead, so that the caller can start one with its own settings. Call it while holding the start
 * lock.
 * @returns undefined if no server runs, or none runs any more
 * @throws DataInUseError if the server has an owner and the claim is exclusive
 */
export async function joinServer(
  config: ServerConfig,
  options: EmbeddedPostgresOptions,
): Promise<ServerHandle | undefined> {
  const { cluster, password } = config;
  const pid = await findServerProcess(cluster);
  if (pid === undefined) return undefined;
  const hasEnded = async (): Promise<boolean> => (await identifyProcess(pid, cluster)) !== 'server';
  const findAddress = async () => {
    const port = (await readPostmasterFile(cluster))?.port;
    return port === undefined ? undefined : { port, password, cluster };
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    const connected = await waitForServer(findAddress, hasEnded, deadline);
    if (!connected) return undefined;
    const { client, port } = connected;
    const outcome = await tryJoin(client, options).catch((error: unknown) => {
      // The owner may be stopping the server, which ends this session: look again.
      if (!isConnectionLost(error) || Date.now() > deadline) throw error;
      return 'lost' as const;
    });
    if (outcome === 'joined') return watchJoined({ client, port, hasEnded }, config);
    if (outcome === 'orphaned') {
      await stopServer(pid, config, hasEnded);
      return undefined;
    }
    await sleep(50);
  }
}

async function findServerProcess(cluster: string): Promise<number | undefined> {
  const file = await readPostmasterFile(cluster);
  if (!file) return undefined;
  const found = await identifyProcess(file.pid, cluster);
  // PostgreSQL itself replaces the file if the process is gone, but not if its id was reused.
  if (found === 'other') await removePostmasterFile(cluster);
  return found === 'server' ? file.pid : undefined;
}

async function tryJoin(
  client: Client,
  { claim, database, dataDirectory }: EmbeddedPostgresOptions,
): Promise<'joined' | 'orphaned'> {
  let isKept = false;
  try {
    if (await takeOwnerLock(client, 0)) return 'orphaned';
    const owner = await findOwner(client);
    const hasLivingOwner = owner !== undefined && isProcessAlive(owner);
    // An exclusive claim waits in any case: the owner may just be stopping.
    const mayWait = claim === 'exclusive' || !hasLivingOwner;
    if (mayWait && (await takeOwnerLock(client, ownerTimeout))) return 'orphaned';
    if (claim === 'exclusive') throw new DataInUseError(dataDirectory, owner);
    await ensureDatabase(client, database);
    isKept = true;
    return 'joined';
  } finally {
    if (!isKept) await client.end().catch(() => undefined);
  }
}

/** 57P01 to 57P03: ended by the administrator, ended by a crash, or not accepted now. */
function isConnectionLost(error: unknown): boolean {
  const codes = ['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE'];
  return hasCode(error, ...codes) || /Connection terminated|not queryable/.test(String(error));
}

interface JoinedServer {
  readonly client: Client;
  readonly port: number;
  readonly hasEnded: () => Promise<boolean>;
}

/** Stays connected to notice the end of the server; stop() only disconnects. */
function watchJoined({ client, port, hasEnded }: JoinedServer, config: ServerConfig): ServerHandle {
  const watch = watchServer(client, async () => {
    const opened = await reconnect({ ...config, port }, hasEnded);
    if (opened) return opened;
    throw new Error('its process is gone');
  });
  return {
    port,
    started: false,
    stop: watch.close,
    onRestart: () => undefined,
    onRestartFailed: () => undefined,
    isEnded: () => false,
    onExit: watch.onExit,
  };
}
