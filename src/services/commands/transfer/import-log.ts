import type { ClientBase } from 'pg';
import { withinTransaction } from '../within-transaction';
import { addToTotals, leaveTotals } from './add-to-totals';
import type { CopyRow } from './copy-rows';
import { nameVisitors } from './name-visitors';
import { refuseDuplicateLines, stageLines } from './staging';
import type { TransferRecord } from './transfer-record';

/** What an import added. */
export interface ImportedLog {
  readonly lines: number;
  readonly visits: number;
  readonly createdVisitors: number;
}

/**
 * Appends an exported log, all of it or nothing. A database without visitors gets them with their ids, so its list is
 * the exported list. Otherwise lines are matched by name. Visits wait for it at its end only, however long the file is.
 * @param onStaged called when every line has been read and only the database has work left.
 * @throws {LineFault} if two lines contradict each other.
 * @throws {OperatorError} if the sum of all totals would be too large, or a name stays locked.
 */
export async function importLog(
  client: ClientBase,
  records: AsyncIterable<TransferRecord>,
  onStaged: (lines: number) => void = () => undefined,
): Promise<ImportedLog> {
  return withinTransaction(client, async () => {
    const columns = 'line, kind, username, visited_at, id, visits, source';
    const lines = await stageLines(client, columns, toRows(records));
    onStaged(lines);
    await refuseDuplicateLines(client, { kind: 'visitor', key: 'username', what: 'visitor' });
    await refuseDuplicateLines(client, { kind: 'visitor', key: 'id', what: 'id' });
    await refuseDuplicateLines(client, { kind: 'opening', key: 'id, username', what: 'balance' });
    await nameVisitors(client);
    await leaveTotals(client);
    await importBalances(client);
    const { rowCount } = await client.query(`
      INSERT INTO visits (visitor_id, visited_at)
      SELECT named.id, staged.visited_at FROM staged JOIN named USING (username)
      WHERE kind = 'visit' ORDER BY line`);
    const createdVisitors = await addToTotals(client);
    return { lines, visits: rowCount ?? 0, createdVisitors };
  });
}

/** Imports the staged opening balances. Each import of the exporting database becomes one of this database. */
async function importBalances(client: ClientBase): Promise<void> {
  const { rows: imports } = await client.query<{ id: string; source: string }>(
    `SELECT DISTINCT id, source FROM staged WHERE kind = 'opening' ORDER BY id, source`,
  );
  for (const { id, source } of imports) {
    await client.query(
      `WITH created AS (INSERT INTO balance_imports (source) VALUES ($2) RETURNING id)
       INSERT INTO opening_balances (import_id, visitor_id, visits)
       SELECT created.id, named.id, sum(staged.visits)
       FROM created, staged JOIN named USING (username)
       WHERE kind = 'opening' AND staged.id = $1 AND staged.source = $2 GROUP BY created.id, named.id`,
      [id, source],
    );
  }
}

async function* toRows(records: AsyncIterable<TransferRecord>): AsyncGenerator<CopyRow> {
  for await (const record of records) {
    const { line, kind, username } = record;
    if (kind === 'visit') yield [line, kind, username, record.visitedAt, null, null, null];
    else if (kind === 'visitor') yield [line, kind, username, null, record.id, null, null];
    else yield [line, kind, username, null, record.id, record.visits, record.source];
  }
}
