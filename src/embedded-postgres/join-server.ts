import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { claimOwner, findOwner } from './ownership';
import { waitForServer } from './connection';
import { DataInUseError } from './data-in-use-error';
import type { EmbeddedPostgresOptions } from './options';
import { ensureDatabase } from './ensure-database';
import { hasCode } from './errors';
import { identifyProcess, isProcessAlive } from './postmaster';
import { readPostmasterFile, removePostmasterFile } from './postmaster-file';
import type { ServedCluster } from './server-process';
import { stopServer } from './stop-server';

/** A server that another process owns, with the wanted database in it. */
export interface JoinedServer {
  readonly port: number;
  readonly client: Client;
  /** Whether its process is still there. */
  readonly isRunning: () => Promise<boolean>;
}

/** Milliseconds that the sessions of a killed owner may linger before it counts as alive. */
const ownerPatience = 2_000;

/**
 * Joins the server that runs on the cluster. One without an owner (its owner was killed) is stopped instead, so
 * that the caller can start it anew with its own settings. Call it while holding the start lock.
 * @returns undefined when none runs (any more)
 * @throws DataInUseError when it has an owner and the claim is exclusive
 */
export async function joinRunningServer(
  served: ServedCluster,
  options: EmbeddedPostgresOptions,
): Promise<JoinedServer | undefined> {
  const { cluster, password, account, runtime } = served;
  const pid = await findServerProcess(cluster);
  if (pid === undefined) return undefined;
  const isRunning = async (): Promise<boolean> => (await identifyProcess(pid, cluster)) === 'server';
  const hasEnded = async (): Promise<boolean> => !(await isRunning());
  const findAddress = async () => {
    const port = (await readPostmasterFile(cluster))?.port;
    return port === undefined ? undefined : { port, password, cluster };
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    const connected = await waitForServer(findAddress, hasEnded, deadline);
    if (!connected) return undefined;
    const outcome = await settleClaim(connected.client, options).catch((error: unknown) => {
      // The owner may be stopping the server at this moment, which ends our session: then look again.
      if (!isSessionLoss(error) || Date.now() > deadline) throw error;
      return 'lost' as const;
    });
    if (outcome === 'joined') return { ...connected, isRunning };
    if (outcome === 'orphaned') {
      await stopServer({ pid, account, pgCtl: runtime.pgCtl, hasEnded });
      return undefined;
    }
    await sleep(50);
  }
}

async function settleClaim(
  client: Client,
  { claim, database, dataDirectory }: EmbeddedPostgresOptions,
): Promise<'joined' | 'orphaned'> {
  let isKept = false;
  try {
    const owner = await findLivingOwner(client, claim);
    if (owner === 'none') return 'orphaned';
    if (claim === 'exclusive') throw new DataInUseError(dataDirectory, owner);
    await ensureDatabase(client, database);
    isKept = true;
    return 'joined';
  } finally {
    if (!isKept) await client.end().catch(() => undefined);
  }
}

/** 57P01 to 57P03: ended by the administrator, by a crash, or not accepted at this time. */
function isSessionLoss(error: unknown): boolean {
  const codes = ['57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE'];
  return hasCode(error, ...codes) || /Connection terminated|not queryable/.test(String(error));
}

async function findServerProcess(cluster: string): Promise<number | undefined> {
  const file = await readPostmasterFile(cluster);
  if (!file) return undefined;
  const found = await identifyProcess(file.pid, cluster);
  // PostgreSQL replaces the file itself if nothing has that id, but would take a stranger for its double.
  if (found === 'other') await removePostmasterFile(cluster);
  return found === 'server' ? file.pid : undefined;
}

async function findLivingOwner(
  client: Client,
  claim: EmbeddedPostgresOptions['claim'],
): Promise<number | undefined | 'none'> {
  if (await claimOwner(client, 0)) return 'none';
  const owner = await findOwner(client);
  if (claim === 'shared' && owner !== undefined && isProcessAlive(owner)) return owner;
  return (await claimOwner(client, ownerPatience)) ? 'none' : owner;
}
