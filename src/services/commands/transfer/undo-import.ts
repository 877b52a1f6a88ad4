import type { ClientBase } from 'pg';
import { withinTransaction } from '../within-transaction';

/**
 * Takes the opening balances of one import back out of the numbers. Own visits stay, and so do the visitors, with the
 * visits they have of their own: an id is never given out twice.
 * @returns how many names had a balance; undefined when there is no such import.
 */
export async function undoImport(client: ClientBase, importId: string): Promise<number | undefined> {
  return withinTransaction(client, async () => {
    const { rowCount: names } = await client.query('DELETE FROM opening_balances WHERE import_id = $1', [
      importId,
    ]);
    const { rowCount } = await client.query('DELETE FROM balance_imports WHERE id = $1', [importId]);
    return rowCount === 0 ? undefined : (names ?? 0);
  });
}
