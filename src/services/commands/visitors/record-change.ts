import type { ClientBase } from 'pg';
import type { VisitorChange } from './visitor-change';

/** Adds a change to the record. An erased name is kept as a hash only, here and in the earlier rows of its visitor. */
export async function recordChange(client: ClientBase, change: VisitorChange, by: string): Promise<void> {
  const { act, username, newName, keepsAlias, visitorId, visitsBefore, visitsAfter } = change;
  await client.query(
    `INSERT INTO visitor_changes
       (act, visitor_id, username, new_name, keeps_alias, visits_before, visits_after, changed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [act, visitorId, username, newName, keepsAlias ?? false, visitsBefore, visitsAfter, by],
  );
  if (act === 'erase') await hashNames(client, visitorId, username);
}

async function hashNames(client: ClientBase, visitorId: string, username: string): Promise<void> {
  await client.query(
    `UPDATE visitor_changes AS change
     SET username = NULL, new_name = NULL, salt = salted.salt, hash = sha256(salted.salt || convert_to($2, 'UTF8'))
     FROM (
       SELECT id, uuid_send(gen_random_uuid()) AS salt FROM visitor_changes WHERE visitor_id = $1
     ) AS salted
     WHERE salted.id = change.id`,
    [visitorId, username],
  );
}

/** Whether the record says that a name was moved to the visitor that has `newName` now. */
export async function wasMoved(
  client: ClientBase,
  act: 'rename' | 'merge',
  username: string,
  newName: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM visitor_changes JOIN visitors ON visitors.id = visitor_id
     WHERE act = $1 AND visitor_changes.username = $2 AND new_name = $3 AND visitors.username = $3 LIMIT 1`,
    [act, username, newName],
  );
  return rowCount !== 0;
}

/** Whether the record says that a name was erased. */
export async function wasErased(client: ClientBase, username: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM visitor_changes WHERE act = 'erase' AND hash = sha256(salt || convert_to($1, 'UTF8')) LIMIT 1`,
    [username],
  );
  return rowCount !== 0;
}
