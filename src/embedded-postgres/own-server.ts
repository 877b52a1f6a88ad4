import type { Client } from 'pg';
import { ensureDatabase, reconnect } from './connection';
import { DataInUseError } from './errors';
import { joinServer } from './join-server';
import type { EmbeddedPostgresOptions, ServerHandle } from './options';
import { takeOwnerLock, takeStartLock } from './ownership';
import type { ServerConfig } from './server-process';
import { startServer } from './start-server';
import { watchServer } from './watch-server';

/**
 * Starts the server, becomes its owner and creates the database; stops the server again if that
 * fails. If the server ends by itself, it is started again on the same port, so that pools
 * reconnect. Call it while holding the start lock.
 * @param options with the real path of the data directory
 * @throws DataInUseError if another process is the owner
 */
export async function startOwnServer(
  config: ServerConfig,
  options: EmbeddedPostgresOptions,
): Promise<ServerHandle> {
  let server = await startServer(config);
  let restarting: Promise<unknown> = Promise.resolve();
  let isStopping = false;
  const restartListeners = new Set<(reason: string) => void>();
  const { port } = server;

  const restart = async (): Promise<Client> => {
    const release = await takeStartLock(options.dataDirectory);
    try {
      // Throws if another process has taken over the data in the meantime.
      await joinServer(config, { ...options, claim: 'exclusive' });
      const how = await server.ended;
      server = await startServer(config, port);
      for (const listener of restartListeners) listener(`the database server ended by itself (${how})`);
      return await becomeOwner(server.client, options);
    } finally {
      await release();
    }
  };
  const reopen = async (): Promise<Client> => {
    const client = await reconnect({ ...config, port }, server.hasEnded);
    if (client) return becomeOwner(client, options);
    if (isStopping) throw new Error('it is being stopped');
    const restarted = restart();
    restarting = restarted.catch(() => undefined);
    return restarted;
  };
  const stopServer = async (): Promise<void> => {
    isStopping = true;
    // A restart that has begun is finished first, so that its server is stopped too.
    await restarting;
    await server.stop();
  };

  try {
    await ensureDatabase(await becomeOwner(server.client, options), options.database);
  } catch (error) {
    await server.client.end().catch(() => undefined);
    await server.stop();
    throw error;
  }
  const watch = watchServer(server.client, reopen);
  let stopped: Promise<void> | undefined;
  return {
    port,
    started: true,
    stop: () => (stopped ??= watch.close().then(stopServer)),
    onRestart: (listener) => void restartListeners.add(listener),
    onExit: watch.onExit,
  };
}

async function becomeOwner(client: Client, { dataDirectory }: EmbeddedPostgresOptions): Promise<Client> {
  if (await takeOwnerLock(client, 2_000)) return client;
  await client.end().catch(() => undefined);
  throw new DataInUseError(dataDirectory, undefined);
}
