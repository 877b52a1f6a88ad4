import type { TestDatabase } from './test-database';
import { onClient } from './transfer';

/**
 * Adds `name-0`, `name-1`, … and leaves statistics by which there are hardly any, nor changed totals: they are counted
 * before the commit.
 * @param count `VACUUM`, or `ANALYZE`, which has the rows of the indexes counted too.
 */
export async function addMiscountedNames(
  database: TestDatabase,
  amount: number,
  count: 'VACUUM' | 'ANALYZE' = 'VACUUM',
): Promise<string[]> {
  const names = Array.from({ length: amount }, (_, n) => `name-${n}`);
  await database.query('ALTER TABLE visitors SET (autovacuum_enabled = false)');
  await database.query('ALTER TABLE changed_totals SET (autovacuum_enabled = false)');
  await database.query(`INSERT INTO visitors (username) VALUES ('counted')`);
  await onClient(database, async (client) => {
    await client.query('BEGIN');
    await client.query('INSERT INTO visitors (username) SELECT unnest($1::text[])', [names]);
    await database.query(`${count} visitors, visit_totals, changed_totals`);
    await client.query('COMMIT');
  });
  return names;
}

/** Rows that were read without an index by sessions that have ended, or were idle for a second. */
export async function countScannedRows(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ rows: number }>(
    'SELECT sum(seq_tup_read)::int AS rows FROM pg_stat_user_tables',
  );
  return row?.rows ?? 0;
}

/** Rows of all tables that were read, with and without an index, likewise. */
export async function countReadRows(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ rows: number }>(
    `SELECT (sum(seq_tup_read) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes))::int AS rows
     FROM pg_stat_user_tables`,
  );
  return row?.rows ?? 0;
}
