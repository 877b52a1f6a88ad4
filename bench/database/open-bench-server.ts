import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadSettings } from '../../src/config/load-settings';
import type { ExternalDatabase } from '../../src/config/settings';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres';
import { openDatabase } from '../../src/lifecycle/open-database';

/** Settings of the server that decide whether an acknowledged commit survives a crash. */
export interface Durability {
  readonly fsync: string;
  readonly synchronousCommit: string;
}

/** The PostgreSQL server that all contenders use. */
export interface BenchServer {
  readonly kind: 'embedded' | 'given';
  /** As reported by the server, e.g. `18.4`. */
  readonly version: string;
  readonly durability: Durability;
  /** How to connect; each contender gets another database. */
  readonly address: ExternalDatabase;
  /** Stops the server and removes its data if the bench started it. */
  close(): Promise<void>;
}

// Besides those of the inserts: four pools of ten, and the connections of the bench itself.
const otherConnections = 60;

/**
 * Connects to the PostgreSQL server in the settings, or starts an embedded one in the system's
 * temporary folder (`TMPDIR` selects another disk).
 * @param connections how many a workload uses at once
 * @throws {Error} if a given server allows too few connections, or commits without waiting for the
 *   disk
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
        `The server allows ${allowed} connections, the bench needs ${needed}: raise max_connections.`,
      );
    }
    return { kind: 'given', version, durability, address: database, close: () => Promise.resolve() };
  }
  return startServer(needed);
}

async function startServer(maxConnections: number): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
  // If this is root, the server runs as nobody, who must be able to enter.
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

/**
 * Rejects a server where a commit does not wait for the disk.
 * @throws {Error} that names the setting
 */
export function requireDurability({ fsync, synchronousCommit }: Durability): void {
  const settings = { fsync, synchronous_commit: synchronousCommit };
  const off = Object.entries(settings).flatMap(([name, value]) => (value === 'off' ? [name] : []));
  if (off.length > 0) {
    throw new Error(
      `The server has ${off.join(' and ')} off, so commits do not wait for the disk and figures mean nothing: ` +
        'switch it on first.',
    );
  }
}

interface ServerFacts {
  readonly version: string;
  /** The server's max_connections. */
  readonly allowed: number;
  readonly durability: Durability;
}

async function askServer(address: ExternalDatabase): Promise<ServerFacts> {
  // Not the configured database: it may have its own settings, which new databases do not inherit.
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
