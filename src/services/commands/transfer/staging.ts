import type { ClientBase } from 'pg';
import { LineFault } from '../../../shared/line-fault';

/**
 * Refuses staged lines that say one thing twice.
 * @param kind the lines that are meant; @param key the columns that may not be equal, as SQL.
 * @throws {LineFault} for the first line that repeats another.
 */
export async function refuseTwofoldLines(
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
