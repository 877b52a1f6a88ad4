import { Client } from 'pg';
import type { Sequelize } from 'sequelize';
import type { PoolSettings, Settings } from '../config/settings';
import { sessionSettings } from '../db/connect-database';
import { requireSession } from '../db/pooler/require-session';
import type { OpenDatabase } from './open-database';

/** What a command works with. */
export interface DatabaseContext {
  /** Logged in as the owner of the tables. */
  readonly database: OpenDatabase;
  readonly settings: Pick<Settings, 'database' | 'pool'>;
}

/** For work that may take longer than a request. */
export const unlimited = { statementTimeoutMs: 0, queryTimeoutMs: 0 } as const;

/** Runs the work on a connection pool, within the time limits of the service unless others are given. */
export async function withPool<T>(
  { database, settings }: DatabaseContext,
  limits: Partial<PoolSettings>,
  work: (sequelize: Sequelize) => Promise<T>,
): Promise<T> {
  await requireSession(() => new Client(database.clientConfig));
  const sequelize = database.connect({ ...settings.pool, ...limits });
  try {
    return await work(sequelize);
  } finally {
    await sequelize.close();
  }
}

/** Runs the work on one connection, without a time limit. */
export async function withClient<T>(
  { database }: Pick<DatabaseContext, 'database'>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  await requireSession(() => new Client(database.clientConfig));
  const client = new Client({ ...database.clientConfig, keepAlive: true });
  // A lost connection fails the statement that is running.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET statement_timeout = 0; ${sessionSettings}`);
    return await work(client);
  } finally {
    await client.end();
  }
}
