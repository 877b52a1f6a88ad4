import type { ClientBase } from 'pg';
import { LineFault } from '../../../shared/line-fault';
import { copyRows, type CopyRow } from './copy-rows';

/**
 * Copies the lines of a file into the temporary table `staged`. Columns that a kind of line lacks are null.
 * @param columns the columns of `rows`, as SQL.
 * @returns the number of lines.
 */
export async function stageLines(
  client: ClientBase,
  columns: string,
  rows: AsyncIterable<CopyRow>,
): Promise<number> {
  await client.query(`CREATE TEMP TABLE staged (
    line bigint, kind text, username text, visited_at timestamptz, id bigint, visits bigint, source text
  ) ON COMMIT DROP`);
  const lines = await copyRows(client, `staged (${columns})`, rows);
  await client.query('ANALYZE staged');
  return lines;
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
