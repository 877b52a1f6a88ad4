import type { ClientBase } from 'pg';

/** One import of opening balances. Bigints are text. */
export interface BalanceImport {
  readonly id: string;
  readonly source: string;
  readonly importedAt: Date;
  readonly names: string;
  readonly visits: string;
}

/** Lists the imports of opening balances, oldest first. */
export async function listImports(client: ClientBase): Promise<BalanceImport[]> {
  const { rows } = await client.query<BalanceImport>(`
    SELECT id, source, imported_at AS "importedAt", count(visitor_id) AS names, coalesce(sum(visits), 0) AS visits
    FROM balance_imports LEFT JOIN opening_balances ON import_id = id
    GROUP BY id ORDER BY id`);
  return rows;
}
