import type { ClientBase } from 'pg';
import { leaveTotals } from './leave-totals';
import { lockBriefly } from '../transfer/lock-briefly';
import type { VisitorChange } from './visitor-change';
import { lockTotals, moveTotal } from './move-totals';
import { wasMoved } from './record-change';
import { keepAlias, type MovedName } from './rename-visitor';
import { findVisitor, requireVisitor } from './require-visitor';
import { changeMostVisits, changeVisits, lockCounts } from './visits-of-visitor';

/**
 * Makes all visits of one visitor those of another, with their times, and removes the first one. Keys, opening
 * balances and aliases go along. Visits to the two names wait at the end only, and no other visit waits.
 * @param onMoved called with the number of visits that were moved.
 * @throws {OperatorError} if one of the visitors does not exist, or stays locked.
 */
export async function mergeVisitors(
  client: ClientBase,
  { username, newName, keepsAlias }: MovedName,
  onMoved: (visits: number) => void,
): Promise<VisitorChange> {
  const known = await findVisitor(client, username);
  const { id: into, visits } = await requireVisitor(client, newName);
  if (known?.username !== username && (await wasMoved(client, 'merge', username, newName))) {
    const numbers = { visitorId: into, visitsBefore: visits, visitsAfter: visits };
    return { act: 'merge', username, newName, isChanged: false, ...numbers };
  }
  const { id: from } = await requireVisitor(client, username);
  await lockCounts(client);
  await leaveTotals(client);
  const move = {
    change: async (ids: readonly string[]) => {
      await client.query('UPDATE visits SET visitor_id = $2 WHERE id = ANY ($1::bigint[])', [ids, into]);
    },
    onChanged: onMoved,
  };
  await changeMostVisits(client, from, move);
  // Neither changes while the counts are held, so visits need not wait for it.
  for (const statement of [moveRetired, moveCounts]) await client.query(statement, [from, into]);
  return lockBriefly(client, async () => {
    const totals = await lockTotals(client, [from, into]);
    await changeVisits(client, from, move);
    await moveRest(client, from, into);
    if (keepsAlias) await keepAlias(client, username, into);
    const visitsBefore = totals.get(into) ?? '0';
    const visitsAfter = String(BigInt(visitsBefore) + BigInt(totals.get(from) ?? 0));
    const numbers = { visitorId: into, visitsBefore, visitsAfter };
    return { act: 'merge', username, newName, keepsAlias, isChanged: true, ...numbers };
  });
}

/** Moves all but the visits and the counts, and removes the visitor. The totals are locked. */
async function moveRest(client: ClientBase, from: string, into: string): Promise<void> {
  for (const statement of [moveBalances, moveKeys, moveClients, moveAliases, moveChanges]) {
    await client.query(statement, [from, into]);
  }
  await moveTotal(client, from, into);
  await client.query('DELETE FROM visitors WHERE id = $1', [from]);
}

// A balance is not updated: a trigger refuses that.
const moveBalances = `
  WITH moved AS (
    DELETE FROM opening_balances WHERE visitor_id = $1
      OR visitor_id = $2 AND import_id IN (SELECT import_id FROM opening_balances WHERE visitor_id = $1)
    RETURNING import_id, visits
  )
  INSERT INTO opening_balances (import_id, visitor_id, visits)
  SELECT import_id, $2, sum(visits) FROM moved GROUP BY import_id`;

// A repeat gets the number of the first answer.
const moveKeys = 'UPDATE idempotency_keys SET visitor_id = $2 WHERE visitor_id = $1';

// With an alias, a client that was counted under the former name is known.
const moveClients = 'UPDATE counted_clients SET visitor_id = $2 WHERE visitor_id = $1';

const moveCounts = `
  WITH moved AS (DELETE FROM visit_counts WHERE visitor_id = $1 RETURNING grain, bucket, visits)
  INSERT INTO visit_counts AS counted (visitor_id, grain, bucket, visits)
  SELECT $2::bigint, grain, bucket, visits FROM moved ORDER BY grain, bucket
  ON CONFLICT (visitor_id, grain, bucket) DO UPDATE SET visits = counted.visits + excluded.visits`;

const moveRetired = `
  WITH moved AS (DELETE FROM retired_visits WHERE visitor_id = $1 RETURNING quarter, visits)
  INSERT INTO retired_visits AS counted (visitor_id, quarter, visits)
  SELECT $2::bigint, quarter, visits FROM moved ORDER BY quarter
  ON CONFLICT (visitor_id, quarter) DO UPDATE SET visits = counted.visits + excluded.visits`;

const moveAliases = 'UPDATE visitor_aliases SET visitor_id = $2 WHERE visitor_id = $1';
const moveChanges = 'UPDATE visitor_changes SET visitor_id = $2 WHERE visitor_id = $1';
