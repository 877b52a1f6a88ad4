import type { ClientBase } from 'pg';

/**
 * Runs the work in one transaction, which is rolled back if the work fails, or if the end says so. Its statements look
 * rows up by index: if a table was counted while many rows were being added, the planner believes that there are hardly
 * any, and would read them all for each line of an import.
 */
export async function withinTransaction<T>(
  client: ClientBase,
  work: () => Promise<T>,
  end: 'COMMIT' | 'ROLLBACK' = 'COMMIT',
): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL enable_seqscan = off');
    const result = await work();
    await client.query(end);
    return result;
  } catch (error) {
    // The first error is the one to report. A lost connection has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
