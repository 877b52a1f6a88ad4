import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './options';
import { ensureDatabase } from './ensure-database';
import type { JoinedServer } from './join-server';
import { keepOwnServer } from './own-server';
import { reopenConnection } from './reopen-connection';
import type { ServedCluster } from './server-process';
import { watchServer } from './watch-server';

/** The part of an EmbeddedPostgres that depends on who owns the server. */
export type AttendedServer = Pick<EmbeddedPostgres, 'port' | 'stop' | 'onExit' | 'onRestart'>;

/** Starts the server, becomes its owner and makes the database. Nothing keeps running if that fails. */
export async function attendOwnServer(
  served: ServedCluster,
  options: EmbeddedPostgresOptions,
): Promise<AttendedServer> {
  const server = await keepOwnServer(served, options);
  try {
    await ensureDatabase(server.client, options.database);
  } catch (error) {
    await server.client.end().catch(() => undefined);
    await server.stop();
    throw error;
  }
  const watch = watchServer(server.client, server.reopen);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= watch.close().then(server.stop));
  return { port: server.port, onExit: watch.onExit, onRestart: server.onRestart, stop };
}

/** Stays connected to a server of another process, to notice its end; stop() only leaves it. */
export function attendJoinedServer(
  { client, port, isRunning }: JoinedServer,
  served: ServedCluster,
): AttendedServer {
  const watch = watchServer(client, async () => {
    const opened = await reopenConnection(served, port, async () => !(await isRunning()));
    if (opened) return opened;
    throw new Error('its process is gone');
  });
  return { port, onExit: watch.onExit, onRestart: () => undefined, stop: watch.close };
}
