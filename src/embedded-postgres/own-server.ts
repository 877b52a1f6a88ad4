import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { ensureDatabase, reconnect } from './connection';
import { DataInUseError } from './errors';
import { joinServer } from './join-server';
import type { EmbeddedPostgresOptions, ServerHandle } from './options';
import { takeOwnerLock, takeStartLock } from './ownership';
import type { ServerConfig } from './server-process';
import { startServer, type StartedServer } from './start-server';
import { watchServer } from './watch-server';

/** Milliseconds from a failed restart to the next one: they double from `first` up to `longest`. */
const pauses = { first: 1_000, longest: 30_000 };

/**
 * Starts the server, becomes its owner and creates the database; stops the server again if that
 * fails. If the server ends by itself, it is started again on the same port, so that pools
 * reconnect, as often as it takes. Call it while holding the start lock.
 * @param options with the real path of the data directory
 * @throws DataInUseError if another process is the owner
 */
export async function startOwnServer(
  config: ServerConfig,
  options: EmbeddedPostgresOptions,
): Promise<ServerHandle> {
  const first = await startServer(config);
  try {
    await ensureDatabase(await becomeOwner(first.client, options), options.database);
  } catch (error) {
    await first.client.end().catch(() => undefined);
    await first.stop();
    throw error;
  }
  const keeper = createKeeper(first, config, options);
  const watch = watchServer(first.client, keeper.reopen);
  let stopped: Promise<void> | undefined;
  return {
    port: first.port,
    started: true,
    stop: () => (stopped ??= watch.close().then(keeper.stop)),
    onRestart: (listener) => void keeper.restarted.add(listener),
    onRestartFailed: (listener) => void keeper.failed.add(listener),
    isEnded: keeper.isEnded,
    onExit: watch.onExit,
  };
}

/** Keeps the server of this process running. */
function createKeeper(first: StartedServer, config: ServerConfig, options: EmbeddedPostgresOptions) {
  let server = first;
  let reopening: Promise<unknown> = Promise.resolve();
  let isRestarting = false;
  const stopping = new AbortController();
  const restarted = new Set<(reason: string) => void>();
  const failed = new Set<(reason: string, retryMs: number) => void>();

  const restart = async (): Promise<Client> => {
    const release = await takeStartLock(options.dataDirectory);
    try {
      // Throws if another process has taken over the data in the meantime.
      await joinServer(config, { ...options, claim: 'exclusive' });
      const how = await server.ended;
      server = await startServer(config, first.port);
      const client = await becomeOwner(server.client, options);
      for (const listener of restarted) listener(`the database server ended by itself (${how})`);
      return client;
    } finally {
      await release();
    }
  };
  const reopenOnce = async (): Promise<Client> => {
    const client = await reconnect({ ...config, port: first.port }, server.hasEnded);
    if (client) return becomeOwner(client, options);
    stopping.signal.throwIfAborted();
    isRestarting = true;
    return restart();
  };
  const reopen = async (): Promise<Client> => {
    for (let pauseMs = pauses.first; ; pauseMs = Math.min(2 * pauseMs, pauses.longest)) {
      try {
        const client = await reopenOnce();
        isRestarting = false;
        return client;
      } catch (error) {
        // Any other failure may be temporary, such as a full disk.
        if (stopping.signal.aborted || error instanceof DataInUseError) throw error;
        for (const listener of failed) listener(String(error), pauseMs);
        await sleep(pauseMs, undefined, { signal: stopping.signal });
      }
    }
  };
  return {
    restarted,
    failed,
    isEnded: () => isRestarting,
    reopen: () => {
      const opened = reopen();
      reopening = opened.catch(() => undefined);
      return opened;
    },
    stop: async () => {
      stopping.abort();
      // A restart that has begun is finished first, so that its server is stopped too.
      await reopening;
      await server.stop();
    },
  };
}

async function becomeOwner(client: Client, { dataDirectory }: EmbeddedPostgresOptions): Promise<Client> {
  if (await takeOwnerLock(client, 2_000)) return client;
  await client.end().catch(() => undefined);
  throw new DataInUseError(dataDirectory, undefined);
}
