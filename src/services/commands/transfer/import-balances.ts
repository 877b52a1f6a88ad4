import type { ClientBase } from 'pg';

/** Imports the staged opening balances: each import of the exporting database becomes one of this. */
export async function importBalances(client: ClientBase): Promise<void> {
  const { rows: imports } = await client.query<{ id: string; source: string }>(
    `SELECT DISTINCT id, source FROM staged WHERE kind = 'opening' ORDER BY id, source`,
  );
  if (imports.length === 0) return;
  // Balances and visits move the totals one after the other. Locking all of them first, in the order of their ids,
  // keeps that from waiting in a circle with a recording statement.
  await client.query(`
    SELECT 1 FROM visit_totals JOIN visitors ON visitors.id = visitor_id
    WHERE username IN (SELECT username FROM staged)
    ORDER BY visitor_id FOR NO KEY UPDATE OF visit_totals`);
  for (const { id, source } of imports) {
    await client.query(
      `WITH created AS (INSERT INTO balance_imports (source) VALUES ($2) RETURNING id)
       INSERT INTO opening_balances (import_id, visitor_id, visits)
       SELECT created.id, visitors.id, staged.visits
       FROM created, staged JOIN visitors USING (username)
       WHERE kind = 'opening' AND staged.id = $1 AND staged.source = $2`,
      [id, source],
    );
  }
}
