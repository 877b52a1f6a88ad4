import type { BenchDatabase } from './create-bench-database';

/** Vacuums and analyses the visitors, the log and its counts, as autovacuum does within a minute of a large change. */
export async function vacuum(database: BenchDatabase): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = 'public' AND (tablename LIKE 'visit%' OR tablename = 'sorted_totals')`,
  );
  await database.query(`VACUUM (ANALYZE) ${tables.map(({ name }) => name).join(', ')}`);
}
