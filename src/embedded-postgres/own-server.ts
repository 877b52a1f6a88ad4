import type { Client } from 'pg';
import { claimOwner } from './ownership';
import { DataInUseError } from './data-in-use-error';
import type { EmbeddedPostgresOptions } from './options';
import { holdStartLock } from './hold-start-lock';
import { joinRunningServer } from './join-server';
import { reopenConnection } from './reopen-connection';
import type { ServedCluster } from './server-process';
import { spawnServer } from './start-server';

/** A server that this process owns, and starts again when it ends by itself. */
export interface KeptServer {
  /** Stays the same over restarts, so that pools find the server again. */
  readonly port: number;
  /** The connection that holds the ownership at first. */
  readonly client: Client;
  /** Opens the connection again after it was lost, and starts the server again if that is why. */
  readonly reopen: () => Promise<Client>;
  readonly onRestart: (listener: (reason: string) => void) => void;
  /** Ends the server, also one that is just being started again. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the server and becomes its owner; nothing keeps running if that fails.
 * @param options with the real path of the data directory
 * @throws DataInUseError when another process is the owner
 */
export async function keepOwnServer(
  served: ServedCluster,
  options: EmbeddedPostgresOptions,
): Promise<KeptServer> {
  let server = await spawnServer(served);
  let restarting: Promise<unknown> = Promise.resolve();
  let isStopping = false;
  const listeners = new Set<(reason: string) => void>();

  const own = async (client: Client): Promise<Client> => {
    if (await claimOwner(client, 2_000)) return client;
    await client.end().catch(() => undefined);
    throw new DataInUseError(options.dataDirectory, undefined);
  };
  const restart = async (): Promise<Client> => {
    const release = await holdStartLock(options.dataDirectory);
    try {
      // It throws when another process has taken the data over meanwhile.
      await joinRunningServer(served, { ...options, claim: 'exclusive' });
      const ended = server;
      server = await spawnServer(served, server.port);
      ended.onEnd((how) => {
        for (const listener of listeners) listener(`the database server ended by itself (${how})`);
      });
      return await own(server.client);
    } finally {
      await release();
    }
  };
  try {
    await own(server.client);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    port: server.port,
    client: server.client,
    async reopen() {
      const client = await reopenConnection(served, server.port, server.hasEnded);
      if (client) return own(client);
      if (isStopping) throw new Error('it is being stopped');
      const restarted = restart();
      restarting = restarted.catch(() => undefined);
      return restarted;
    },
    onRestart: (listener) => void listeners.add(listener),
    async stop() {
      isStopping = true;
      await restarting;
      await server.stop();
    },
  };
}
