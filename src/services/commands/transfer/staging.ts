import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { LineFault } from '../../../shared/line-fault';
import { copyRows, type CopyRow } from './copy-rows';
import type { TotalRecord, TransferRecord } from './transfer-record';

/** A file whose lines are in the temporary table `staged`. */
export interface StagedFile {
  readonly lines: number;
  /** SHA-256 of what the lines say. Files of different formats with the same lines have the same. */
  readonly hash: Buffer;
}

type StagedRecord = TransferRecord | (TotalRecord & { readonly kind: 'total' });

/**
 * Copies the lines of a file into the temporary table `staged`, which lasts as long as the connection. `place` counts
 * the lines that hold a record. Columns that a kind of line lacks are null.
 */
export async function stageLines(
  client: ClientBase,
  records: AsyncIterable<StagedRecord>,
): Promise<StagedFile> {
  await client.query('DROP TABLE IF EXISTS pg_temp.staged');
  await client.query(`CREATE TEMP TABLE staged (
    place bigint, line bigint, kind text, username text COLLATE "C", visited_at timestamptz, id bigint, visits bigint,
    source text
  )`);
  const hash = createHash('sha256');
  async function* toRows(): AsyncGenerator<CopyRow> {
    let place = 0;
    for await (const record of records) {
      const fields = listFields(record);
      hash.update(`${fields.join('\0')}\n`);
      place += 1;
      yield [place, record.line, ...fields];
    }
  }
  const columns = 'place, line, kind, username, visited_at, id, visits, source';
  const lines = await copyRows(client, `staged (${columns})`, toRows());
  await client.query('CREATE INDEX ON staged (place)');
  await client.query('ANALYZE staged');
  return { lines, hash: hash.digest() };
}

function listFields(record: StagedRecord): CopyRow {
  const { kind, username } = record;
  if (kind === 'visit') return [kind, username, record.visitedAt, null, null, null];
  if (kind === 'visitor') return [kind, username, null, record.id, null, null];
  if (kind === 'total') return [kind, username, null, null, record.visits, null];
  return [kind, username, null, record.id, record.visits, record.source];
}

/**
 * Refuses staged lines that repeat another one.
 * @param kind the lines to check; @param key the columns that must differ, as SQL; @param what what they identify.
 * @throws {LineFault} for the first line that repeats another.
 */
export async function refuseDuplicateLines(
  client: ClientBase,
  { kind, key, what }: { kind: string; key: string; what: string },
): Promise<void> {
  const { rows } = await client.query<{ line: string; first: string }>(
    `SELECT line, first FROM (
       SELECT line, min(line) OVER (PARTITION BY ${key}) AS first FROM staged WHERE kind = $1
     ) AS numbered WHERE line > first ORDER BY line LIMIT 1`,
    [kind],
  );
  if (rows[0]) throw new LineFault(Number(rows[0].line), `it repeats the ${what} of line ${rows[0].first}`);
}
