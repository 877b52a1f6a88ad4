import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import { loadSettings } from '../../src/config/load-settings';
import { createDatabase } from '../../src/db/create-database';
import { createMigrator } from '../../src/db/create-migrator';
import { openDatabase, type OpenDatabase } from '../../src/lifecycle/open-database';
import type { BenchServer } from './open-bench-server';

/** `current`: the full schema; `log`: visitors and visits, without totals and their triggers. */
export type BenchSchema = 'current' | 'log' | 'none';

/** The database of one contender. */
export interface BenchDatabase {
  readonly name: string;
  readonly clientConfig: ClientConfig;
  /** The settings that make a service use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one statement without a timeout, on its own connection. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Writes changed pages to disk, so that the next run need not. Best effort. */
  checkpoint(): Promise<void>;
  drop(): Promise<void>;
}

const lastMigrationOfLog = '20261124100000-create-visitors-and-visits';

/** Creates a database with a name that only the bench uses; replaces one that a killed run left. */
export async function createBenchDatabase(
  server: BenchServer,
  purpose: string,
  schema: BenchSchema,
): Promise<BenchDatabase> {
  const name = `footfall_bench_${process.pid}_${purpose.replaceAll('-', '_')}`;
  const address = { ...server.address, database: name };
  const opened = await openDatabase({ database: address }, 'shared', 'footfall-bench');
  const { clientConfig } = opened;
  await dropDatabase(clientConfig, name);
  await createDatabase(clientConfig, name);
  await migrate(opened, schema);
  const client = new Client(clientConfig);
  await client.connect();
  return {
    name,
    clientConfig,
    environment: toEnvironment(address),
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      return (await client.query<Row>(text, [...values])).rows;
    },
    async checkpoint() {
      // Only superusers and members of pg_checkpoint may; otherwise the server decides when.
      await client.query('CHECKPOINT').catch(() => undefined);
    },
    async drop() {
      await client.end();
      await dropDatabase(clientConfig, name);
    },
  };
}

async function migrate(database: OpenDatabase, schema: BenchSchema): Promise<void> {
  if (schema === 'none') return;
  const { pool } = loadSettings({});
  const sequelize = database.connect({ ...pool, statementTimeoutMs: 0, queryTimeoutMs: 0 });
  try {
    const migrator = createMigrator({ sequelize });
    await (schema === 'log' ? migrator.up({ to: lastMigrationOfLog }) : migrator.up());
  } finally {
    await sequelize.close();
  }
}

function toEnvironment({ host, port, database, username, password, tls }: BenchServer['address']) {
  // Settings hold the contents of the CA file, not its path, which the service needs.
  const { DB_SSL_CA_FILE: caFile } = process.env;
  return {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_NAME: database,
    DB_USERNAME: username,
    ...(password === undefined ? {} : { DB_PASSWORD: password }),
    ...(tls ? { DB_SSL: tls.verifyHost ? 'verify-full' : 'require' } : {}),
    ...(tls && caFile ? { DB_SSL_CA_FILE: caFile } : {}),
  };
}

async function dropDatabase(config: ClientConfig, name: string): Promise<void> {
  const client = new Client({ ...config, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
