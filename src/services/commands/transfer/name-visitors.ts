import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { lockVisitors } from '../lock-visitors';
import { lockBriefly } from './lock-briefly';

// JSON numbers are exact up to 2^53 - 1. Half of that is left to visits to come.
const maxSum = 2 ** 52;

/**
 * Creates the temporary table `named`: each staged name, its visitor (that of the alias, if it is one), and what the file adds to its total. A visitor
 * that does not exist yet is inserted with a placeholder as its name, so no visit waits for the name until
 * `addToTotals` gives it. New names get their ids in the order of their first lines.
 * @throws {OperatorError} if the sum of all totals could not be shown afterwards.
 */
export async function nameVisitors(client: ClientBase): Promise<void> {
  await lockVisitors(client, 'import');
  const isRestored = await reserveIds(client);
  await client.query(
    `CREATE TEMP TABLE named ON COMMIT DROP AS
     SELECT username, coalesce(known, given, nextval(pg_get_serial_sequence('visitors', 'id'))) AS id,
            known IS NULL AS is_new, added, part
     FROM (
       SELECT username, coalesce(visitors.id, visitor_id) AS known, lines.id AS given, added,
              row_number() OVER (ORDER BY username) / ${namesAtOnce} AS part
       FROM (
         SELECT username, min(line) AS first, max(id) FILTER (WHERE kind = 'visitor' AND $1) AS id,
                count(*) FILTER (WHERE kind = 'visit')::bigint + coalesce(sum(visits), 0)::bigint AS added
         FROM staged GROUP BY username
       ) AS lines LEFT JOIN visitors USING (username) LEFT JOIN visitor_aliases ON alias = username
       ORDER BY first
     ) AS ordered`,
    [isRestored],
  );
  await client.query('ALTER TABLE named ADD PRIMARY KEY (username)');
  await client.query('CREATE INDEX ON named (part) WHERE is_new');
  await client.query('ANALYZE named');
  await checkSumOfTotals(client);
  await client.query(
    `INSERT INTO visitors (id, username) SELECT id, $1 || '-' || id FROM named WHERE is_new ORDER BY id`,
    [`import-${randomUUID()}`],
  );
  await client.query(`
    UPDATE visit_totals SET visits = added FROM named WHERE visitor_id = id AND is_new`);
}

/**
 * Names that are given at once. If another process creates one of them at that moment, all of them are given again, so
 * they are few.
 */
const namesAtOnce = 500;

/**
 * If the database has no visitors, the visitors of the file keep their ids.
 * @returns whether they do.
 */
async function reserveIds(client: ClientBase): Promise<boolean> {
  if (await hasVisitors(client)) return false;
  const isEmpty = await lockBriefly(client, async () => {
    await client.query('LOCK TABLE visitors IN SHARE ROW EXCLUSIVE MODE');
    if (await hasVisitors(client)) return false;
    // New visitors of the service get ids above those of the file. This is not rolled back.
    await client.query(`
      SELECT setval(pg_get_serial_sequence('visitors', 'id'), max(id))
      FROM staged WHERE kind = 'visitor' HAVING max(id) > 0`);
    return true;
  });
  await client.query('ROLLBACK TO SAVEPOINT brief');
  return isEmpty;
}

async function hasVisitors(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM visitors LIMIT 1');
  return rowCount !== 0;
}

async function checkSumOfTotals(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ sum: string }>(`
    SELECT (SELECT coalesce(sum(visits), 0) FROM visit_totals) + (SELECT coalesce(sum(added), 0) FROM named) AS sum`);
  if (Number(rows[0]?.sum) <= maxSum) return;
  throw new OperatorError(`the sum of all totals must be at most ${maxSum}; nothing was imported`);
}
