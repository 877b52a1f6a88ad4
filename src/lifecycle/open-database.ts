import type { ClientConfig } from 'pg';
import type { Sequelize } from 'sequelize';
import type { PoolSettings, Settings } from '../config/settings';
import { connectDatabase, type ConnectionOptions } from '../db/connect-database';
import { toTlsOptions } from '../db/to-tls-options';
import type { EmbeddedPostgres } from '../embedded-postgres/options';
import { startEmbeddedPostgres } from '../embedded-postgres/start-embedded-postgres';

/** An open database: external or embedded. */
export interface OpenDatabase {
  readonly kind: 'external' | 'embedded';
  /** For a connection beside the pool, such as the one that holds the migration lock. */
  readonly clientConfig: ClientConfig;
  /** Creates a pool; several may be open at once. */
  connect(pool: PoolSettings, options?: Pick<ConnectionOptions, 'readsByIndex'>): Sequelize;
  /** Stops the embedded server, if this process started it. Close the pools first. */
  close(): Promise<void>;
  /** Calls the listener each time the embedded server crashed and was started again. */
  onRestart(listener: (reason: string) => void): void;
  /** Calls the listener each time the embedded server did not start again: why, and when that is tried next. */
  onRestartFailed(listener: (reason: string, retryMs: number) => void): void;
  /** Whether the embedded server ended and is being started again. */
  isEnded(): boolean;
  /** Calls the listener when the embedded server ended unexpectedly and cannot be started again. */
  onLost(listener: (reason: string) => void): void;
}

/** Whether this process must own the embedded server, or may join that of a running service. */
export type EmbeddedClaim = 'exclusive' | 'shared';

/** The name of the database in the embedded server. */
export const embeddedDatabase = 'footfall';

/** Opens the database that the settings name, or starts the embedded one. */
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
      onRestartFailed: () => undefined,
      isEnded: () => false,
      onLost: () => undefined,
    };
  }
  const { dataDirectory } = database;
  const server = await startEmbeddedPostgres({ dataDirectory, database: embeddedDatabase, claim });
  return describeServer(server, applicationName);
}

/** Describes a running embedded server. */
export function describeServer(server: EmbeddedPostgres, applicationName: string): OpenDatabase {
  return {
    kind: 'embedded',
    ...describeAddress({ ...server, applicationName }),
    close: () => server.stop(),
    onRestart: (listener) => {
      server.onRestart(listener);
    },
    onRestartFailed: (listener) => {
      server.onRestartFailed(listener);
    },
    isEnded: () => server.isEnded(),
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
    connect: (pool, options) =>
      connectDatabase({ host, port, database, username, password, tls, applicationName, pool, ...options }),
  };
}
