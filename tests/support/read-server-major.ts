import type { TestDatabase } from './test-database';

/** Returns the major version of the server of the tests. */
export async function readServerMajor(database: TestDatabase): Promise<number> {
  const rows = await database.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  );
  return rows[0]?.major ?? 0;
}
