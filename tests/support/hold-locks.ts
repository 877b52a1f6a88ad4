import { Client } from 'pg';
import type { TestDatabase } from './test-database';

/** A transaction that is open, with the locks of what it did. */
export interface HeldLocks {
  query(sql: string): Promise<unknown>;
  /** Rolls back. May be called twice. */
  release(): Promise<void>;
  commit(): Promise<void>;
}

/**
 * Runs SQL in a transaction of its own and leaves it open, as a forgotten psql session would. A transaction of the
 * service's own pool would end by itself after DB_QUERY_TIMEOUT_MS.
 */
export async function holdLocks({ clientConfig }: TestDatabase, sql: string): Promise<HeldLocks> {
  const client = new Client(clientConfig);
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql);
  let ended: Promise<void> | undefined;
  const end = (how: string): Promise<void> => (ended ??= client.query(how).then(() => client.end()));
  return { query: (more) => client.query(more), release: () => end('ROLLBACK'), commit: () => end('COMMIT') };
}
