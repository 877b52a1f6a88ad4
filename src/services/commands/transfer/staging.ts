import type { ClientBase } from 'pg';
import { LineFault } from '../../../shared/line-fault';
import { OperatorError } from '../../../shared/operator-error';

// JSON numbers are exact up to 2^53 - 1. Half of that is left to visits to come.
const maxSum = 2 ** 52;

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

/** Creates the visitors of the staged lines that do not exist yet, in the same order as recording does. */
export async function createMissingVisitors(client: ClientBase): Promise<number> {
  const { rowCount } = await client.query(`
    INSERT INTO visitors (username)
    SELECT username FROM (SELECT DISTINCT username FROM staged) AS named
    WHERE NOT EXISTS (SELECT FROM visitors WHERE visitors.username = named.username)
    ORDER BY username
    ON CONFLICT (username) DO NOTHING`);
  return rowCount ?? 0;
}

/**
 * Creates the visitors of the staged lines with their ids, if the database has no visitors yet. Otherwise an id may be
 * taken. Names without a visitor line follow in the order of their first visit.
 * @returns how many were created.
 */
export async function restoreVisitors(client: ClientBase): Promise<number> {
  if (await hasVisitors(client)) return 0;
  // From here on new names wait until the import ends. One may have been created before the lock.
  await client.query('LOCK TABLE visitors IN SHARE ROW EXCLUSIVE MODE');
  if (await hasVisitors(client)) return 0;
  const kept = await client.query(`
    INSERT INTO visitors (id, username) SELECT id, username FROM staged WHERE kind = 'visitor' ORDER BY id`);
  await client.query(`
    SELECT setval(pg_get_serial_sequence('visitors', 'id'), max(id)) FROM visitors HAVING max(id) > 0`);
  const named = await client.query(`
    INSERT INTO visitors (username)
    SELECT username FROM staged
    WHERE NOT EXISTS (SELECT FROM visitors WHERE visitors.username = staged.username)
    GROUP BY username ORDER BY min(line)`);
  return (kept.rowCount ?? 0) + (named.rowCount ?? 0);
}

/**
 * Refuses an import after which the sum of all totals could not be shown.
 * @throws {OperatorError}
 */
export async function checkSumOfTotals(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ sum: string | null }>('SELECT sum(visits) AS sum FROM visit_totals');
  const sum = Number(rows[0]?.sum ?? '0');
  if (sum <= maxSum) return;
  throw new OperatorError(`the sum of all totals must be at most ${maxSum}; nothing was imported`);
}

async function hasVisitors(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM visitors LIMIT 1');
  return rowCount !== 0;
}
