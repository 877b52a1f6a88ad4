import type { ClientBase } from 'pg';
import { leaveTotals } from './leave-totals';
import { lockBriefly } from '../transfer/lock-briefly';
import type { VisitorChange } from './visitor-change';
import { lockTotals, removeTotal } from './move-totals';
import { wasErased } from './record-change';
import { findVisitor, requireVisitor } from './require-visitor';
import { changeMostVisits, changeVisits, lockCounts } from './visits-of-visitor';

/**
 * Removes a visitor and all that is stored about it: visits, counts over time, keys, opening balances, aliases. The
 * next visit to the name is number 1. Visits to the name wait at the end only, and no other visit waits.
 * @param onErased called with the number of visits that were removed.
 * @throws {OperatorError} if there is no such visitor, or it stays locked.
 */
export async function eraseVisitor(
  client: ClientBase,
  username: string,
  onErased: (visits: number) => void,
): Promise<VisitorChange> {
  if (!(await findVisitor(client, username)) && (await wasErased(client, username))) {
    return { act: 'erase', username, isChanged: false, visitorId: '', visitsBefore: '0', visitsAfter: '0' };
  }
  const { id } = await requireVisitor(client, username);
  await lockCounts(client);
  await leaveTotals(client);
  const erase = {
    change: async (ids: readonly string[]) => {
      await client.query(eraseVisits, [ids]);
      await client.query(forgetImported, [ids]);
    },
    onChanged: onErased,
  };
  await changeMostVisits(client, id, erase);
  // Neither changes while the counts are held, so visits need not wait for it.
  for (const statement of [eraseRetired, eraseCounts]) await client.query(statement, [id]);
  await client.query(eraseEmptyCounts);
  return lockBriefly(client, async () => {
    const visitsBefore = (await lockTotals(client, [id])).get(id) ?? '0';
    await changeVisits(client, id, erase);
    await eraseRest(client, id);
    return { act: 'erase', username, isChanged: true, visitorId: id, visitsBefore, visitsAfter: '0' };
  });
}

/** Removes all but the visits and the counts. The total is locked. Keys and aliases go with the visitor. */
async function eraseRest(client: ClientBase, id: string): Promise<void> {
  for (const statement of [eraseRetiredBalance, eraseBalances, eraseClients]) {
    await client.query(statement, [id]);
  }
  await removeTotal(client, id);
  await client.query('DELETE FROM visitors WHERE id = $1', [id]);
}

const subtractFromCountsOfAll = `UPDATE visit_counts_of_all AS counted SET visits = counted.visits - part.visits
  FROM (
    SELECT grain, quarter >> (2 * grain) AS bucket, sum(visits) AS visits
    FROM by_quarter CROSS JOIN generate_series(0, 6) AS grain GROUP BY 1, 2
  ) AS part
  WHERE counted.grain = part.grain AND counted.bucket = part.bucket`;

// Visits up to the watermark are in the counts of all, which no pass changes meanwhile.
const eraseVisits = `
  WITH erased AS (
    DELETE FROM visits WHERE id = ANY ($1::bigint[]) RETURNING id, visited_at
  ), by_quarter AS MATERIALIZED (
    SELECT to_quarter(visited_at) AS quarter, count(*) AS visits FROM erased
    WHERE id <= (SELECT rolled_id FROM visit_rollup) GROUP BY 1
  )
  ${subtractFromCountsOfAll}`;

const eraseRetired = `
  WITH by_quarter AS (DELETE FROM retired_visits WHERE visitor_id = $1 RETURNING quarter, visits)
  ${subtractFromCountsOfAll}`;

const eraseRetiredBalance = `
  DELETE FROM opening_balances WHERE visitor_id = $1 AND import_id IN (SELECT id FROM balance_imports WHERE kind = 'retired')`;

// An undo of their import must not miss them.
const forgetImported = `
  UPDATE balance_imports SET appended_visits = appended_visits - part.visits
  FROM (
    SELECT import_id, count(*) AS visits
    FROM unnest($1::bigint[]) AS erased (id) CROSS JOIN LATERAL (
      SELECT import_id, last_id FROM imported_visits WHERE first_id <= erased.id ORDER BY first_id DESC LIMIT 1
    ) AS range
    WHERE erased.id <= last_id GROUP BY import_id
  ) AS part
  WHERE balance_imports.id = part.import_id`;

// An import without balances would be reported as incomplete.
const eraseBalances = `
  WITH erased AS (DELETE FROM opening_balances WHERE visitor_id = $1 RETURNING import_id)
  DELETE FROM balance_imports WHERE id IN (SELECT import_id FROM erased) AND NOT EXISTS (
    SELECT FROM opening_balances WHERE import_id = balance_imports.id AND visitor_id <> $1
  )`;

const eraseClients = 'DELETE FROM counted_clients WHERE visitor_id = $1';
const eraseCounts = 'DELETE FROM visit_counts WHERE visitor_id = $1';
const eraseEmptyCounts = 'DELETE FROM visit_counts_of_all WHERE visits = 0';
