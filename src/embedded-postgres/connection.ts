import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError, escapeIdentifier } from 'pg';
import { neverEndIdle } from '../shared/never-end-idle';
import { OperatorError } from '../shared/operator-error';
import { DataDirectoryError, hasCode } from './errors';

/** Superuser of the embedded server. The service uses it too, since the server is local. */
export const databaseUser = 'footfall';

/** Identifies this module's connections, and the process that opened them, in pg_stat_activity. */
const connectionName = `footfall-embedded:${process.pid}`;

/** How to connect to a server, and how to recognise it. */
export interface ServerAddress {
  readonly port: number;
  readonly password: string;
  /** Real path of the cluster that it must serve. */
  readonly cluster: string;
}

/**
 * Connects to the database `postgres` of a cluster as soon as its server accepts connections, which
 * crash recovery can delay.
 * @param findAddress returns the current address; undefined while it is unknown
 * @param hasEnded called after each failure; if the server has ended, the result is undefined
 * @param deadline milliseconds since the epoch
 * @throws DataDirectoryError if the server rejects the password
 * @throws OperatorError after the deadline
 */
export async function waitForServer(
  findAddress: () => ServerAddress | Promise<ServerAddress | undefined>,
  hasEnded: () => boolean | Promise<boolean>,
  deadline: number,
): Promise<{ client: Client; port: number } | undefined> {
  const begun = Date.now();
  let last = 'no port in postmaster.pid';
  for (;;) {
    try {
      const address = await findAddress();
      if (address) return { client: await connect(address), port: address.port };
    } catch (error) {
      // Another server that took the port rejects the password too; ours then ends within a second.
      if (isLoginRejected(error) && Date.now() - begun > 1_000) throw toPasswordError(error);
      last = (error as Error).message;
    }
    if (await hasEnded()) return undefined;
    if (Date.now() > deadline)
      throw new OperatorError(`The database server did not answer in time (${last}).`);
    await sleep(20);
  }
}

/**
 * Connects again after the connection was lost, for at most 60 seconds: the server restarts all
 * sessions if one of them crashes.
 * @returns undefined if the server has ended
 */
export async function reconnect(
  { port, password, cluster }: ServerAddress,
  hasEnded: () => boolean | Promise<boolean>,
): Promise<Client | undefined> {
  const connected = await waitForServer(() => ({ port, password, cluster }), hasEnded, Date.now() + 60_000);
  return connected?.client;
}

async function connect({ port, password, cluster }: ServerAddress): Promise<Client> {
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
    options: '-c statement_timeout=0',
  });
  // Without a listener, losing an idle connection would end Node. An 'end' event follows anyway.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(neverEndIdle);
    const shown = await client.query<{ data_directory: string }>('SHOW data_directory');
    if ((await realpath(shown.rows[0]?.data_directory ?? '')) === cluster) return client;
    throw new Error(`Another PostgreSQL server, not the one of ${cluster}, listens on port ${port}.`);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

/** Error class 28: invalid user or password. */
function isLoginRejected(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.code?.startsWith('28') ?? false);
}

function toPasswordError(cause: DatabaseError): Error {
  return new DataDirectoryError(
    `The database rejects the password in the file 'password' of DATA_DIR (${cause.message}): ` +
      'restore the file that was created with the database.',
    { cause },
  );
}

/** Creates the database if it does not exist. */
export async function ensureDatabase(client: Client, database: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  try {
    // template0 accepts no connections, which would block the copy.
    await client.query(`CREATE DATABASE ${escapeIdentifier(database)} TEMPLATE template0`);
  } catch (error) {
    // Another process created it first: duplicate_database, or the unique index behind it.
    if (hasCode(error, '42P04', '23505')) return;
    throw error;
  }
}
