import type { ClientBase } from 'pg';
import { lockBriefly } from './lock-briefly';

/**
 * If the database has no visitors, the visitors of the staged file keep their ids. Those of visits that arrive meanwhile
 * get ids above them.
 * @returns whether they keep them.
 */
export async function reserveIds(client: ClientBase): Promise<boolean> {
  if (await hasVisitors(client)) return false;
  const isEmpty = await lockBriefly(client, async () => {
    await client.query('LOCK TABLE visitors IN SHARE ROW EXCLUSIVE MODE');
    if (await hasVisitors(client)) return false;
    // An id that was given out before is not given out again. This is not rolled back.
    await client.query(`
      SELECT setval(sequence, highest) FROM (
        SELECT pg_get_serial_sequence('visitors', 'id')::regclass AS sequence, max(id) AS highest
        FROM staged WHERE kind = 'visitor'
      ) AS given WHERE highest > coalesce(pg_sequence_last_value(sequence), 0)`);
    return true;
  });
  await client.query('ROLLBACK TO SAVEPOINT brief');
  return isEmpty;
}

async function hasVisitors(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM visitors LIMIT 1');
  return rowCount !== 0;
}
