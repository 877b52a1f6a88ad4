import type { ClientBase } from 'pg';

/**
 * Locks the totals of visitors until the transaction ends, in the order of their ids, as everywhere. Visits to them
 * wait, and those under way are committed.
 * @returns the totals, bigints as text.
 */
export async function lockTotals(client: ClientBase, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await client.query<{ visitor_id: string; visits: string }>(
    'SELECT visitor_id, visits FROM visit_totals WHERE visitor_id = ANY ($1::bigint[]) ORDER BY visitor_id FOR UPDATE',
    [ids],
  );
  return new Map(rows.map((row) => [row.visitor_id, row.visits]));
}

/** Adds the total of one visitor to that of another, and removes it. The caller has locked both. */
export async function moveTotal(client: ClientBase, from: string, into: string): Promise<void> {
  await client.query(
    `UPDATE visit_totals SET visits = visit_totals.visits + moved.visits
     FROM visit_totals AS moved WHERE visit_totals.visitor_id = $2 AND moved.visitor_id = $1`,
    [from, into],
  );
  await removeTotal(client, from);
}

/** Removes the total of a visitor. The caller has locked it. */
export async function removeTotal(client: ClientBase, visitorId: string): Promise<void> {
  await client.query('DELETE FROM visit_totals WHERE visitor_id = $1', [visitorId]);
}
