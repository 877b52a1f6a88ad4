import type { ClientBase } from 'pg';

/** Runs the work in one transaction, which is rolled back if the work fails, or if the end says so. */
export async function withinTransaction<T>(
  client: ClientBase,
  work: () => Promise<T>,
  end: 'COMMIT' | 'ROLLBACK' = 'COMMIT',
): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query(end);
    return result;
  } catch (error) {
    // The first error is the one to report. A lost connection has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
