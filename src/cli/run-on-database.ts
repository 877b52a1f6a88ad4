import { Client } from 'pg';
import type { Sequelize } from 'sequelize';
import { loadSettings } from '../config/load-settings';
import { logInAsOwner } from '../config/log-in-as-owner';
import type { PoolSettings, Settings } from '../config/settings';
import { sessionSettings } from '../db/connect-database';
import { openDatabase, type OpenDatabase } from '../lifecycle/open-database';

/** What a command works with. */
export interface CommandContext {
  /** Logged in as the owner of the tables. */
  readonly database: OpenDatabase;
  readonly settings: Settings;
}

/** For work that may take longer than a request. */
export const unlimited = { statementTimeoutMs: 0, queryTimeoutMs: 0 } as const;

/**
 * Opens the database that the settings name (joins or starts the embedded one), runs the work and closes the database.
 * @param name the command, as the server's list of sessions shows it.
 */
export async function runOnDatabase(
  name: string,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const settings = loadSettings(process.env);
  const owned = { database: logInAsOwner(settings.database) };
  const database = await openDatabase(owned, 'shared', `footfall-${name}`);
  try {
    await work({ database, settings });
  } finally {
    await database.close();
  }
}

/** Runs the work on a connection pool, within the time limits of the service unless others are given. */
export async function withPool(
  { database, settings }: CommandContext,
  limits: Partial<PoolSettings>,
  work: (sequelize: Sequelize) => Promise<void>,
): Promise<void> {
  const sequelize = database.connect({ ...settings.pool, ...limits });
  try {
    await work(sequelize);
  } finally {
    await sequelize.close();
  }
}

/** Runs the work on one connection, without a time limit. */
export async function withClient<T>(
  { database }: CommandContext,
  work: (client: Client) => Promise<T>,
): Promise<T> {
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
