import { DatabaseError, type ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { lockBriefly } from './lock-briefly';

/**
 * Leaves the totals to this transaction: from here on `addToTotals` adds what it inserts. The triggers that would do so
 * lock the totals of all names until the transaction ends.
 * @throws {OperatorError} if the triggers of the schema cannot leave it.
 */
export async function leaveTotals(client: ClientBase): Promise<void> {
  // A revert of the migration waits for these locks.
  await client.query('LOCK TABLE visits, opening_balances IN ROW EXCLUSIVE MODE');
  const { rows } = await client.query(
    `SELECT FROM schema_migrations WHERE name = '20261128110100-let-imports-add-totals-last'`,
  );
  if (rows.length === 0) throw new OperatorError('migrations are pending; run "footfall migrate up" first');
  await client.query(`SET LOCAL footfall.totals = 'by import'`);
}

/**
 * Ends an import: gives the new visitors of `named` their names, and adds to the totals. The visits to these names wait
 * until the transaction ends, so it must commit next.
 * @returns how many visitors are new.
 */
export async function addToTotals(client: ClientBase): Promise<number> {
  await joinMost(client);
  return lockBriefly(client, async () => {
    await giveNames(client);
    await joinCreated(client);
    // Rows are locked in the order of their ids, as everywhere.
    await client.query(`
      INSERT INTO visit_totals AS total (visitor_id, visits)
      SELECT id, sum(added) FROM named WHERE NOT is_new AND added > 0 GROUP BY id ORDER BY id
      ON CONFLICT (visitor_id) DO UPDATE SET visits = total.visits + excluded.visits`);
    const { rowCount } = await client.query('SELECT FROM named WHERE is_new');
    return rowCount ?? 0;
  });
}

/** Names for which no visit waits long. */
const fewNames = 10;

/**
 * Joins as many as possible before anything is locked: a join takes longer the more visits a name has. Each round joins
 * the names that were created during the one before it. If they do not get fewer, more rounds would not help.
 */
async function joinMost(client: ClientBase): Promise<void> {
  for (let joined = await joinCreated(client); joined > fewNames;) {
    const before = joined;
    joined = await joinCreated(client);
    if (joined > before / 2) return;
  }
}

/** Replaces the placeholders by the names, except where a visit has created the name meanwhile. */
async function giveNames(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ part: string }>(
    'SELECT DISTINCT part FROM named WHERE is_new ORDER BY part',
  );
  for (const { part } of rows) {
    while (!(await givePart(client, part)));
  }
}

async function givePart(client: ClientBase, part: string): Promise<boolean> {
  await client.query('SAVEPOINT part');
  try {
    // The subquery with LIMIT is an index lookup for each name. NOT EXISTS would read all visitors for each part.
    await client.query(
      `UPDATE visitors SET username = named.username FROM named
       WHERE visitors.id = named.id AND is_new AND part = $1
         AND (SELECT id FROM visitors AS created WHERE created.username = named.username LIMIT 1) IS NULL`,
      [part],
    );
    await client.query('RELEASE SAVEPOINT part');
    return true;
  } catch (error) {
    // unique_violation: the name was created after this statement had begun.
    if (!(error instanceof DatabaseError) || error.code !== '23505') throw error;
    await client.query('ROLLBACK TO SAVEPOINT part');
    return false;
  }
}

/**
 * Moves what was imported for new names to the visitors that visits have created for them meanwhile.
 * @returns how many names.
 */
async function joinCreated(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ placeholder: string; created: string }>(`
    SELECT named.id AS placeholder, visitors.id AS created
    FROM named JOIN visitors USING (username) WHERE is_new AND visitors.id <> named.id`);
  if (rows.length === 0) return 0;
  const placeholders = rows.map(({ placeholder }) => placeholder);
  const joined = [placeholders, rows.map(({ created }) => created)];
  const pairs = 'unnest($1::bigint[], $2::bigint[]) AS joined (placeholder, created)';
  await client.query(
    `UPDATE visits SET visitor_id = created FROM ${pairs} WHERE visitor_id = placeholder`,
    joined,
  );
  await client.query(
    `WITH moved AS (
       DELETE FROM opening_balances USING ${pairs} WHERE visitor_id = placeholder
       RETURNING import_id, created, visits
     )
     INSERT INTO opening_balances (import_id, visitor_id, visits) SELECT import_id, created, visits FROM moved`,
    joined,
  );
  await client.query('DELETE FROM visitors WHERE id = ANY ($1::bigint[])', [placeholders]);
  await client.query(
    `UPDATE named SET id = created, is_new = false FROM ${pairs} WHERE id = placeholder`,
    joined,
  );
  return rows.length;
}
