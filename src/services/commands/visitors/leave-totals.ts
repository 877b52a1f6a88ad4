import type { ClientBase } from 'pg';
import { requireMigrations } from '../require-migrations';

/**
 * Leaves the totals to this transaction, which moves them at its end. The triggers that would do so lock the totals of
 * all names until the transaction ends.
 * @throws {OperatorError} if the triggers of the schema cannot leave it.
 */
export async function leaveTotals(client: ClientBase): Promise<void> {
  // A revert of the migration waits for these locks.
  await client.query('LOCK TABLE visits, opening_balances IN ROW EXCLUSIVE MODE');
  await requireMigrations(client);
  await client.query(`SET LOCAL footfall.totals = 'by import'`);
}
