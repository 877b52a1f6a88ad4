import type { Client } from 'pg';
import { claimOwner } from './claim-owner';
import { waitForServer } from './connect-to-server';
import { DataInUseError } from './data-in-use-error';
import type { EmbeddedPostgres } from './embedded-postgres';
import { ensureDatabase } from './ensure-database';
import type { JoinedServer } from './join-running-server';
import type { ServedCluster } from './spawn-postgres';
import { spawnServer } from './spawn-server';
import { watchServer } from './watch-server';

/** The part of an EmbeddedPostgres that depends on who owns the server. */
export type AttendedServer = Pick<EmbeddedPostgres, 'port' | 'stop' | 'onExit'>;

/** Starts the server, becomes its owner and makes the database. Nothing keeps running if that fails. */
export async function attendOwnServer(
  served: ServedCluster,
  database: string,
  dataDirectory: string,
): Promise<AttendedServer> {
  const server = await spawnServer(served);
  const own = async (client: Client): Promise<Client> => {
    if (await claimOwner(client, 2_000)) return client;
    await client.end().catch(() => undefined);
    throw new DataInUseError(dataDirectory, undefined);
  };
  try {
    await own(server.client);
    await ensureDatabase(server.client, database);
  } catch (error) {
    await server.client.end().catch(() => undefined);
    await server.stop();
    throw error;
  }
  const watch = watchServer(server.client, async () =>
    own(await reopen(served, server.port, server.hasEnded)),
  );
  server.onEnd((how) => watch.report(`the database server ended by itself (${how})`));
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= watch.close().then(() => server.stop()));
  return { port: server.port, onExit: watch.onExit, stop };
}

/** Stays connected to a server of another process, to notice its end; stop() only leaves it. */
export function attendJoinedServer(
  { client, port, isRunning }: JoinedServer,
  served: ServedCluster,
): AttendedServer {
  const watch = watchServer(client, () => reopen(served, port, async () => !(await isRunning())));
  return { port, onExit: watch.onExit, stop: watch.close };
}

async function reopen(
  { password, cluster }: ServedCluster,
  port: number,
  isGone: () => boolean | Promise<boolean>,
): Promise<Client> {
  const connected = await waitForServer(() => ({ port, password, cluster }), isGone, Date.now() + 60_000);
  if (!connected) throw new Error('its process is gone');
  return connected.client;
}
