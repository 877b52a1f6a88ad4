import type { ClientBase } from 'pg';
import type { TotalRecord } from './transfer-record';
import { copyRows, type CopyRow } from './copy-rows';
import { createMissingVisitors } from './create-missing-visitors';
import { refuseTwofoldLines } from './staging';
import { withinTransaction } from '../within-transaction';

/** An import of opening balances; its id takes it back. */
export interface ImportedTotals {
  readonly importId: string;
  readonly names: number;
  readonly createdVisitors: number;
}

/**
 * Imports the totals of another counter as opening balances, all of them or none. They are shown in the numbers at
 * once, and are no visits: the log does not change.
 * @throws {LineFault} when a name stands on two lines.
 */
export async function importTotals(
  client: ClientBase,
  source: string,
  records: AsyncIterable<TotalRecord>,
): Promise<ImportedTotals> {
  return withinTransaction(client, async () => {
    await client.query(
      'CREATE TEMP TABLE staged (line bigint, kind text, username text, visits bigint) ON COMMIT DROP',
    );
    const names = await copyRows(client, 'staged (line, kind, username, visits)', toRows(records));
    await refuseTwofoldLines(client, { kind: 'total', key: 'username', what: 'name' });
    await client.query('ANALYZE staged');
    const createdVisitors = await createMissingVisitors(client);
    const created = await client.query<{ id: string }>(
      'INSERT INTO balance_imports (source) VALUES ($1) RETURNING id',
      [source],
    );
    const importId = created.rows[0]?.id ?? '';
    await client.query(
      `INSERT INTO opening_balances (import_id, visitor_id, visits)
       SELECT $1, visitors.id, staged.visits FROM staged JOIN visitors USING (username)`,
      [importId],
    );
    return { importId, names, createdVisitors };
  });
}

async function* toRows(records: AsyncIterable<TotalRecord>): AsyncGenerator<CopyRow> {
  for await (const { line, username, visits } of records) yield [line, 'total', username, visits];
}
