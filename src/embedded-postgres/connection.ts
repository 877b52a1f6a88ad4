import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';

/** Name of the database's superuser, which the service itself uses too: the server is for this machine only. */
export const databaseUser = 'footfall';

/** Marks the connections of this module, and the process behind them, in pg_stat_activity. */
export const connectionName = `footfall-embedded:${process.pid}`;

/** How to tell one's own server from another that happens to listen there. */
export interface ServerAddress {
  readonly port: number;
  readonly password: string;
  /** Real path of the cluster it must serve. */
  readonly cluster: string;
}

/**
 * Opens a connection to the database `postgres` of this very cluster.
 * @throws Error of the driver, or one saying that another server listens there
 */
export async function connectToServer({ port, password, cluster }: ServerAddress): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: databaseUser,
    password,
    database: 'postgres',
    ssl: false,
    application_name: connectionName,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    keepAlive: true,
    // The connection idles for as long as the service lives; no setting of the caller may end it.
    options: '-c idle_session_timeout=0 -c statement_timeout=0',
  });
  // Without a listener the loss of an idle connection would end the whole process; 'end' follows anyway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const shown = await client.query<{ data_directory: string }>('SHOW data_directory');
    if ((await realpath(shown.rows[0]?.data_directory ?? '')) === cluster) return client;
    throw new Error(`Another PostgreSQL server, not the one of ${cluster}, listens on port ${port}.`);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

/**
 * Connects as soon as the server accepts it, which a crash recovery can delay.
 * @param findAddress the address now; undefined while it is not known
 * @param isGone asked after each failure; once true, the answer is undefined
 * @param deadline milliseconds since the epoch
 * @throws Error at the deadline, or when the server refuses the password
 */
export async function waitForServer(
  findAddress: () => ServerAddress | Promise<ServerAddress | undefined>,
  isGone: () => boolean | Promise<boolean>,
  deadline: number,
): Promise<{ client: Client; port: number } | undefined> {
  const begun = Date.now();
  let last = 'it names no port';
  for (;;) {
    try {
      const address = await findAddress();
      if (address) return { client: await connectToServer(address), port: address.port };
    } catch (error) {
      // A stranger that took the port first refuses us too; our server then ends before the second is over.
      if (isRefusal(error) && Date.now() - begun > 1_000) throw toAccessError(error);
      last = (error as Error).message;
    }
    if (await isGone()) return undefined;
    if (Date.now() > deadline) throw new Error(`The database server did not answer in time (${last}).`);
    await sleep(20);
  }
}

/** 28: the password or the user is wrong (PostgreSQL's error codes, class 28). */
function isRefusal(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.code?.startsWith('28') ?? false);
}

function toAccessError(cause: DatabaseError): Error {
  return new Error(
    `The database refuses the password in the data directory's file 'password' (${cause.message}): ` +
      'put back the file that the database was made with.',
    { cause },
  );
}
