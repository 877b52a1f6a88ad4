import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadSettings } from '../../src/config/load-settings';
import type { ExternalDatabase } from '../../src/config/settings';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres';
import { openDatabase } from '../../src/lifecycle/open-database';
import { requireDurability, type Durability } from './durability';

/** The PostgreSQL that every contender works on. */
export interface BenchServer {
  readonly kind: 'embedded' | 'given';
  /** As the server says it, such as `18.4`. */
  readonly version: string;
  readonly durability: Durability;
  /** How to log in; the database in it is replaced for each contender. */
  readonly address: ExternalDatabase;
  /** Stops the server and removes its data, if it was started for the bench. */
  close(): Promise<void>;
}

// Beside the connections of the bare inserts: four pools of ten, of which most fill only in part, and the bench's own.
const otherConnections = 60;

/**
 * Opens the PostgreSQL that the settings name, or starts an embedded one on an empty folder below the system's
 * temporary folder (`TMPDIR` moves it to another disk). `connections` is how many a workload uses at once.
 * @throws {Error} when a given server allows too few connections, or commits without waiting for the disk.
 */
export async function openBenchServer(
  environment: Readonly<Record<string, string | undefined>>,
  connections: number,
): Promise<BenchServer> {
  const { database } = loadSettings(environment);
  const needed = connections + otherConnections;
  if (database.kind === 'external') {
    const { version, allowed, durability } = await askServer(database);
    requireDurability(durability);
    if (allowed < needed) {
      throw new Error(
        `The server allows ${allowed} connections; the bench needs max_connections of ${needed}.`,
      );
    }
    return { kind: 'given', version, durability, address: database, close: () => Promise.resolve() };
  }
  return startServer(needed);
}

async function startServer(maxConnections: number): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
  // Under root the server runs as nobody, who has to get in here.
  chmodSync(folder, 0o755);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const server = await startEmbeddedPostgres({
      dataDirectory: folder,
      database: 'footfall',
      claim: 'exclusive',
      parameters: { max_connections: String(maxConnections) },
    });
    const { host, port, database, username, password } = server;
    const address = { kind: 'external', host, port, database, username, password, tls: undefined } as const;
    const { version, durability } = await askServer(address);
    const close = async (): Promise<void> => {
      await server.stop();
      remove();
    };
    return { kind: 'embedded', version, durability, address, close };
  } catch (error) {
    remove();
    throw error;
  }
}

interface ServerFacts {
  readonly version: string;
  /** Connections. */
  readonly allowed: number;
  readonly durability: Durability;
}

async function askServer(address: ExternalDatabase): Promise<ServerFacts> {
  // The database that is named may have settings of its own, which those made by the bench do not inherit.
  const database = { ...address, database: 'postgres' };
  const { clientConfig } = await openDatabase({ database }, 'shared', 'footfall-bench');
  const client = new Client(clientConfig);
  await client.connect();
  try {
    const ask = async (setting: string): Promise<string> => {
      const text = 'SELECT current_setting($1) AS value';
      const { rows } = await client.query<{ value: string }>(text, [setting]);
      return rows[0]?.value ?? '';
    };
    return {
      version: await ask('server_version'),
      allowed: Number(await ask('max_connections')),
      durability: { fsync: await ask('fsync'), synchronousCommit: await ask('synchronous_commit') },
    };
  } finally {
    await client.end();
  }
}
