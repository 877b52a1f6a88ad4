import type { ClientConfig } from 'pg';
import type { Sequelize } from 'sequelize';
import type { PoolSettings, Settings } from '../config/settings';
import { connectDatabase, toTlsOptions, type ConnectionOptions } from '../db/connect-database';
import { startEmbeddedPostgres } from '../embedded-postgres/start-embedded-postgres';

/** An open database: the operator's, or the embedded one. */
export interface OpenDatabase {
  readonly kind: 'external' | 'embedded';
  /** For a connection beside the pool, such as the one that holds the migration lock. */
  readonly clientConfig: ClientConfig;
  /** Creates a pool; several may be open at once. */
  connect(pool: PoolSettings): Sequelize;
  /** Stops the embedded server, if this process started it. Close the pools first. */
  close(): Promise<void>;
  /** Told each time the embedded server crashed and was started again. */
  onRestart(listener: (reason: string) => void): void;
  /** Told when the embedded server ended although nobody asked it to, and cannot be started again. */
  onLost(listener: (reason: string) => void): void;
}

/** How much of the embedded server this process wants: all of it, or a share beside a running service. */
export type EmbeddedClaim = 'exclusive' | 'shared';

/** Finds the database that the settings name, and starts the embedded one when they name none. */
export async function openDatabase(
  settings: Pick<Settings, 'database'>,
  claim: EmbeddedClaim,
  applicationName: string,
): Promise<OpenDatabase> {
  const { database } = settings;
  if (database.kind === 'external') {
    return {
      kind: 'external',
      ...describeAddress({ ...database, applicationName }),
      close: () => Promise.resolve(),
      onRestart: () => undefined,
      onLost: () => undefined,
    };
  }
  const server = await startEmbeddedPostgres({
    dataDirectory: database.dataDirectory,
    database: 'footfall',
    claim,
  });
  return {
    kind: 'embedded',
    ...describeAddress({ ...server, host: server.host, applicationName }),
    close: () => server.stop(),
    onRestart: (listener) => {
      server.onRestart(listener);
    },
    onLost: (listener) => {
      server.onExit(listener);
    },
  };
}

type Address = Omit<ConnectionOptions, 'pool'>;

function describeAddress(address: Address): Pick<OpenDatabase, 'clientConfig' | 'connect'> {
  const { host, port, database, username, password, tls, applicationName } = address;
  return {
    clientConfig: {
      host,
      port,
      database,
      user: username,
      ...(password === undefined ? {} : { password }),
      ssl: toTlsOptions(tls),
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
    },
    connect: (pool) =>
      connectDatabase({ host, port, database, username, password, tls, applicationName, pool }),
  };
}
