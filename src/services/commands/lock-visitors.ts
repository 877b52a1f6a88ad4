import type { ClientBase } from 'pg';

// Every release must use this number.
const key = 7_130_004;

/**
 * Keeps a change of visitors apart from imports and other changes until the transaction ends: imports run beside each
 * other, and a change runs alone. Visits do not wait for either.
 * @param onWait called once if the lock is not free.
 */
export async function lockVisitors(client: ClientBase, onWait: () => void): Promise<void> {
  await lock(client, 'advisory_xact_lock', onWait);
}

/** Keeps an import, or its undo, apart from changes of visitors until the work ends, over all its transactions. */
export async function keepVisitors<T>(
  client: ClientBase,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  await lock(client, 'advisory_lock_shared', onWait);
  try {
    return await work();
  } finally {
    // A lost connection has released it.
    await client.query('SELECT pg_advisory_unlock_shared($1)', [key]).catch(() => undefined);
  }
}

async function lock(client: ClientBase, name: string, onWait: () => void): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_${name}($1) AS taken`, [key]);
  if (rows[0]?.taken) return;
  onWait();
  await client.query(`SELECT pg_${name}($1)`, [key]);
}
