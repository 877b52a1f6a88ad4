import type { ClientBase } from 'pg';
import { lockBriefly } from './lock-briefly';

/**
 * Removes some of the visits of an import from the log, the totals and the counts over time, in the transaction that is
 * open. Visits to their names wait until it commits.
 * @param atOnce about how many. A range of ids is removed as a whole.
 * @returns how many; undefined if none are left.
 */
export async function removeVisits(
  client: ClientBase,
  importId: string,
  atOnce: number,
): Promise<number | undefined> {
  const { rows: ranges } = await client.query<{ first: string }>(takeRanges, [importId, atOnce]);
  if (ranges.length === 0) return undefined;
  // No visit is rolled up meanwhile. Locked before anything that visits wait for.
  await client.query('SELECT FROM visit_rollup FOR UPDATE');
  const { rows } = await client.query<RemovedVisits>(deleteVisits, [ranges.map(({ first }) => first)]);
  const columns = (['visitor', 'quarter', 'rolled', 'visits'] as const).map((name) =>
    rows.map((row) => row[name]),
  );
  await client.query(`${removed} ${subtractFromCounts}`, columns);
  await client.query(`${removed} ${subtractFromCountsOfAll}`, columns);
  await lockBriefly(client, async () => {
    await client.query(`${removed} ${lockTotals}`, columns);
    await client.query(`${removed} ${subtractFromTotals}`, columns);
  });
  const all = rows.reduce((sum, { visits }) => sum + Number(visits), 0);
  await client.query('UPDATE balance_imports SET appended_visits = appended_visits - $2 WHERE id = $1', [
    importId,
    all,
  ]);
  return all;
}

const takeRanges = `
  SELECT first_id AS first FROM (
    SELECT first_id, sum(last_id - first_id + 1) OVER (ORDER BY first_id) - (last_id - first_id + 1) AS before
    FROM (SELECT * FROM imported_visits WHERE import_id = $1 ORDER BY first_id LIMIT $2) AS next
  ) AS summed WHERE before < $2`;

/** Visits of one visitor in one quarter of an hour, behind the watermark or not. Bigints are text. */
interface RemovedVisits {
  readonly visitor: string;
  readonly quarter: string;
  readonly rolled: boolean;
  readonly visits: string;
}

const deleteVisits = `
  WITH ranges AS (
    DELETE FROM imported_visits WHERE first_id = ANY ($1::bigint[]) RETURNING first_id, last_id
  ), deleted AS (
    DELETE FROM visits USING ranges WHERE id BETWEEN first_id AND last_id RETURNING id, visitor_id, visited_at
  )
  SELECT visitor_id AS visitor, to_quarter(visited_at) AS quarter, id <= rolled_id AS rolled, count(*) AS visits
  FROM deleted CROSS JOIN visit_rollup GROUP BY 1, 2, 3`;

const removed = `
  WITH removed AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::bigint[])
      AS removed (visitor_id, quarter, is_rolled, visits)
  )`;

// A count that would become 0 is removed: the log without these visits has no such count.
const subtractFromCounts = `
  , part AS MATERIALIZED (
    SELECT visitor_id, grain::smallint, quarter >> (2 * grain) AS bucket, sum(visits) AS visits
    FROM removed CROSS JOIN generate_series(1, 6) AS grain WHERE is_rolled GROUP BY 1, 2, 3
  ), emptied AS (
    DELETE FROM visit_counts AS counted USING part
    WHERE (counted.visitor_id, counted.grain, counted.bucket) = (part.visitor_id, part.grain, part.bucket)
      AND counted.visits = part.visits
  )
  UPDATE visit_counts AS counted SET visits = counted.visits - part.visits FROM part
  WHERE (counted.visitor_id, counted.grain, counted.bucket) = (part.visitor_id, part.grain, part.bucket)
    AND counted.visits <> part.visits`;

const subtractFromCountsOfAll = `
  , part AS MATERIALIZED (
    SELECT grain::smallint, quarter >> (2 * grain) AS bucket, sum(visits) AS visits
    FROM removed CROSS JOIN generate_series(0, 6) AS grain WHERE is_rolled GROUP BY 1, 2
  ), emptied AS (
    DELETE FROM visit_counts_of_all AS counted USING part
    WHERE (counted.grain, counted.bucket) = (part.grain, part.bucket) AND counted.visits = part.visits
  )
  UPDATE visit_counts_of_all AS counted SET visits = counted.visits - part.visits FROM part
  WHERE (counted.grain, counted.bucket) = (part.grain, part.bucket) AND counted.visits <> part.visits`;

// In the order of their ids, as everywhere.
const lockTotals = `
  SELECT FROM visit_totals WHERE visitor_id IN (SELECT visitor_id FROM removed) ORDER BY visitor_id
  FOR NO KEY UPDATE`;

const subtractFromTotals = `
  UPDATE visit_totals SET visits = visit_totals.visits - part.visits
  FROM (SELECT visitor_id, sum(visits) AS visits FROM removed GROUP BY visitor_id) AS part
  WHERE part.visitor_id = visit_totals.visitor_id`;
