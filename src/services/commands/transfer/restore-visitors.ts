import type { ClientBase } from 'pg';

/**
 * Creates the visitors of the staged lines as they were, ids included, when the database has none yet: an id that is
 * taken could not be kept. Names without a line of their own follow in the order of their first visit.
 * @returns how many were created.
 */
export async function restoreVisitors(client: ClientBase): Promise<number> {
  if (await hasVisitors(client)) return 0;
  // New names wait until the end; there were none so far. Then look again: one may have come in between.
  await client.query('LOCK TABLE visitors IN SHARE ROW EXCLUSIVE MODE');
  if (await hasVisitors(client)) return 0;
  const kept = await client.query(`
    INSERT INTO visitors (id, username) SELECT id, username FROM staged WHERE kind = 'visitor' ORDER BY id`);
  await client.query(`
    SELECT setval(pg_get_serial_sequence('visitors', 'id'), max(id)) FROM visitors HAVING max(id) > 0`);
  const named = await client.query(`
    INSERT INTO visitors (username)
    SELECT username FROM staged
    WHERE NOT EXISTS (SELECT FROM visitors WHERE visitors.username = staged.username)
    GROUP BY username ORDER BY min(line)`);
  return (kept.rowCount ?? 0) + (named.rowCount ?? 0);
}

async function hasVisitors(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM visitors LIMIT 1');
  return rowCount !== 0;
}
