import type { ClientBase } from 'pg';

// Every release must use this number.
const key = 7_130_004;

/**
 * Keeps imports and changes of visitors apart until the transaction ends: imports run beside each other, and a change
 * runs alone. Visits do not wait for either.
 * @param onWait called once if the lock is not free.
 */
export async function lockVisitors(
  client: ClientBase,
  mode: 'import' | 'change',
  onWait: () => void = () => undefined,
): Promise<void> {
  const lock = mode === 'import' ? 'advisory_xact_lock_shared' : 'advisory_xact_lock';
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_${lock}($1) AS taken`, [key]);
  if (rows[0]?.taken) return;
  onWait();
  await client.query(`SELECT pg_${lock}($1)`, [key]);
}
