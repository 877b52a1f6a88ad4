import type { ClientBase } from 'pg';
import type { TransferRecord } from './transfer-record';
import { copyRows, type CopyRow } from './copy-rows';
import { checkSumOfTotals, createMissingVisitors, refuseDuplicateLines, restoreVisitors } from './staging';
import { withinTransaction } from '../within-transaction';

/** What an import added. */
export interface ImportedLog {
  readonly lines: number;
  readonly visits: number;
  readonly createdVisitors: number;
}

/**
 * Appends an exported log, all of it or nothing. A database without visitors gets them with their ids, so its list is
 * the exported list. Otherwise lines are matched by name.
 * @param onStaged called when every line has been read and only the database has work left.
 * @throws {LineFault} if two lines contradict each other.
 */
export async function importLog(
  client: ClientBase,
  records: AsyncIterable<TransferRecord>,
  onStaged: (lines: number) => void = () => undefined,
): Promise<ImportedLog> {
  return withinTransaction(client, async () => {
    await client.query(`CREATE TEMP TABLE staged (
      line bigint, kind text, username text, visited_at timestamptz, id bigint, visits bigint, source text
    ) ON COMMIT DROP`);
    const lines = await copyRows(client, 'staged', toRows(records));
    onStaged(lines);
    await client.query('ANALYZE staged');
    await refuseDuplicateLines(client, { kind: 'visitor', key: 'username', what: 'visitor' });
    await refuseDuplicateLines(client, { kind: 'visitor', key: 'id', what: 'id' });
    await refuseDuplicateLines(client, { kind: 'opening', key: 'id, username', what: 'balance' });
    const restored = await restoreVisitors(client);
    const createdVisitors = restored + (await createMissingVisitors(client));
    await importBalances(client);
    // Last, because its trigger locks the totals, which the next visit of each name needs.
    const { rowCount } = await client.query(`
      INSERT INTO visits (visitor_id, visited_at)
      SELECT visitors.id, staged.visited_at FROM staged JOIN visitors USING (username)
      WHERE kind = 'visit' ORDER BY line`);
    await checkSumOfTotals(client);
    return { lines, visits: rowCount ?? 0, createdVisitors };
  });
}

/** Imports the staged opening balances. Each import of the exporting database becomes one of this database. */
async function importBalances(client: ClientBase): Promise<void> {
  const { rows: imports } = await client.query<{ id: string; source: string }>(
    `SELECT DISTINCT id, source FROM staged WHERE kind = 'opening' ORDER BY id, source`,
  );
  if (imports.length === 0) return;
  // Balances and visits add to the totals one after the other. All totals are locked first, in the order of their ids,
  // to avoid a deadlock with a recording statement.
  await client.query(`
    SELECT 1 FROM visit_totals JOIN visitors ON visitors.id = visitor_id
    WHERE username IN (SELECT username FROM staged)
    ORDER BY visitor_id FOR NO KEY UPDATE OF visit_totals`);
  for (const { id, source } of imports) {
    await client.query(
      `WITH created AS (INSERT INTO balance_imports (source) VALUES ($2) RETURNING id)
       INSERT INTO opening_balances (import_id, visitor_id, visits)
       SELECT created.id, visitors.id, staged.visits
       FROM created, staged JOIN visitors USING (username)
       WHERE kind = 'opening' AND staged.id = $1 AND staged.source = $2`,
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
