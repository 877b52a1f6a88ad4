import type { ClientBase } from 'pg';
import type { TransferRecord } from './transfer-record';
import { copyRows, type CopyRow } from './copy-rows';
import { createMissingVisitors } from './create-missing-visitors';
import { importBalances } from './import-balances';
import { refuseTwofoldLines } from './staging';
import { restoreVisitors } from './restore-visitors';
import { withinTransaction } from '../within-transaction';

/** What an import added. */
export interface ImportedLog {
  readonly lines: number;
  readonly visits: number;
  readonly createdVisitors: number;
}

/**
 * Appends an exported log, all of it or nothing. Into a database without visitors their ids come along, so that the
 * list there is the list that was exported; otherwise names decide.
 * @param onStaged told when every line has been read and only the database still works.
 * @throws {LineFault} when two lines contradict each other.
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
    await refuseTwofoldLines(client, { kind: 'visitor', key: 'username', what: 'visitor' });
    await refuseTwofoldLines(client, { kind: 'visitor', key: 'id', what: 'id' });
    await refuseTwofoldLines(client, { kind: 'opening', key: 'id, username', what: 'balance' });
    const restored = await restoreVisitors(client);
    const createdVisitors = restored + (await createMissingVisitors(client));
    await importBalances(client);
    // The last statement: its trigger locks the totals, which every visitor's next visit needs.
    const { rowCount } = await client.query(`
      INSERT INTO visits (visitor_id, visited_at)
      SELECT visitors.id, staged.visited_at FROM staged JOIN visitors USING (username)
      WHERE kind = 'visit' ORDER BY line`);
    return { lines, visits: rowCount ?? 0, createdVisitors };
  });
}

async function* toRows(records: AsyncIterable<TransferRecord>): AsyncGenerator<CopyRow> {
  for await (const record of records) {
    const { line, kind, username } = record;
    if (kind === 'visit') yield [line, kind, username, record.visitedAt, null, null, null];
    else if (kind === 'visitor') yield [line, kind, username, null, record.id, null, null];
    else yield [line, kind, username, null, record.id, record.visits, record.source];
  }
}
