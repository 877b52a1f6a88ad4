import { Client, type ClientConfig } from 'pg';
import type { Sequelize } from 'sequelize';
import { loadSettings } from '../../src/config/load-settings';
import type { Settings } from '../../src/config/settings';
import { connectDatabase } from '../../src/db/connect-database';
import { databaseEnvironment } from './database-environment';
import { readServerAddress } from './server-address';

/** The migrated database that every test database is cloned from. */
export const templateDatabase = 'footfall_template';

/** The database of one test file. */
export interface TestDatabase {
  readonly name: string;
  readonly sequelize: Sequelize;
  readonly clientConfig: ClientConfig;
  /** Runs SQL on a separate connection, as an operator with psql would. */
  query<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Returns the settings of a service on this database; `environment` overrides them. */
  settings(environment?: Record<string, string>): Settings;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

/** Opens a pool with the default settings; `pool` overrides them. */
export function connectTo(database: string, pool: Partial<Settings['pool']> = {}): Sequelize {
  const settings = loadSettings({});
  return connectDatabase({
    ...readServerAddress(),
    database,
    applicationName: 'footfall-test',
    pool: { ...settings.pool, ...pool },
  });
}

/** Creates the worker's database again from `template`; `suffix` allows a worker to have several. */
export async function createTestDatabase(template = templateDatabase, suffix = ''): Promise<TestDatabase> {
  const { host, port, username, password } = readServerAddress();
  const name = `footfall_worker_${process.env['JEST_WORKER_ID'] ?? '1'}${suffix}`;
  const clientConfig = { host, port, user: username, password, database: name };
  await runOnServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await runOnServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const sequelize = connectTo(name);
  return {
    name,
    sequelize,
    clientConfig,
    async query<Row extends object>(text: string, values: unknown[] = []) {
      const client = new Client(clientConfig);
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    settings: (environment = {}) =>
      loadSettings({
        ...databaseEnvironment(name),
        PORT: '0',
        LOG_LEVEL: 'silent',
        ...environment,
      }),
    async drop() {
      await sequelize.close();
      await runOnServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function runOnServer(sql: string): Promise<void> {
  const { host, port, username, password } = readServerAddress();
  const client = new Client({ host, port, user: username, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
