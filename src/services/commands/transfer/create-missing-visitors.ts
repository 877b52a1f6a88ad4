import type { ClientBase } from 'pg';

/** Creates the visitors of the staged lines that are not there yet, in the order in which recording does it. */
export async function createMissingVisitors(client: ClientBase): Promise<number> {
  const { rowCount } = await client.query(`
    INSERT INTO visitors (username)
    SELECT username FROM (SELECT DISTINCT username FROM staged) AS named
    WHERE NOT EXISTS (SELECT FROM visitors WHERE visitors.username = named.username)
    ORDER BY username
    ON CONFLICT (username) DO NOTHING`);
  return rowCount ?? 0;
}
