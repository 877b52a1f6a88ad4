import type { ClientBase } from 'pg';
import { lockVisitors } from '../lock-visitors';
import { withinTransaction } from '../within-transaction';
import { addToTotals, leaveTotals } from './add-to-totals';
import type { CopyRow } from './copy-rows';
import { lockBriefly } from './lock-briefly';
import { nameVisitors } from './name-visitors';
import { refuseDuplicateLines, stageLines } from './staging';
import type { TotalRecord } from './transfer-record';

/** An import of opening balances. Its id is what undoes it. */
export interface ImportedTotals {
  readonly importId: string;
  readonly names: number;
  readonly createdVisitors: number;
}

/**
 * Imports the totals of another counter as opening balances, all of them or none. They count in the numbers at once,
 * but they are not visits: the log does not change.
 * @throws {LineFault} if a name is on two lines.
 */
export async function importTotals(
  client: ClientBase,
  source: string,
  records: AsyncIterable<TotalRecord>,
): Promise<ImportedTotals> {
  return withinTransaction(client, async () => {
    const names = await stageLines(client, 'line, kind, username, visits', toRows(records));
    await refuseDuplicateLines(client, { kind: 'total', key: 'username', what: 'name' });
    await nameVisitors(client);
    await leaveTotals(client);
    const created = await client.query<{ id: string }>(
      'INSERT INTO balance_imports (source) VALUES ($1) RETURNING id',
      [source],
    );
    const importId = created.rows[0]?.id ?? '';
    await client.query(
      `INSERT INTO opening_balances (import_id, visitor_id, visits)
       SELECT $1, named.id, sum(staged.visits) FROM staged JOIN named USING (username) GROUP BY named.id`,
      [importId],
    );
    const createdVisitors = await addToTotals(client);
    return { importId, names, createdVisitors };
  });
}

/**
 * Removes the opening balances of one import from the numbers. Own visits and the visitors stay, because an id is
 * never given out twice.
 * @returns how many names had a balance; undefined if there is no such import.
 */
export async function undoImport(client: ClientBase, importId: string): Promise<number | undefined> {
  return withinTransaction(client, async () => {
    await lockVisitors(client, 'import');
    // Its trigger locks the totals, so it is tried again if one of them is locked elsewhere.
    const { rowCount: names } = await lockBriefly(client, () =>
      client.query('DELETE FROM opening_balances WHERE import_id = $1', [importId]),
    );
    const { rowCount } = await client.query('DELETE FROM balance_imports WHERE id = $1', [importId]);
    return rowCount === 0 ? undefined : (names ?? 0);
  });
}

async function* toRows(records: AsyncIterable<TotalRecord>): AsyncGenerator<CopyRow> {
  for await (const { line, username, visits } of records) yield [line, 'total', username, visits];
}
