import type { Statement, RunStatement } from '../../shared/statement';

// The sorted total is now old.
const mark = 'INSERT INTO changed_totals (visitor_id) SELECT visitor_id FROM corrected RETURNING 1';

/**
 * Creates a missing row with the count of the log in one statement: with a lower count, even for a moment, visits would
 * get numbers that were used before. If a visit creates the row meanwhile, this adds to it.
 */
const createMissing: Statement = {
  name: 'create-missing-total',
  text: `
    WITH corrected AS (
      INSERT INTO visit_totals AS total (visitor_id, visits)
      SELECT $1::bigint, (SELECT count(*) FROM visits WHERE visitor_id = $1)
               + (SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = $1)
      WHERE NOT EXISTS (SELECT FROM visit_totals WHERE visitor_id = $1)
      ON CONFLICT (visitor_id) DO UPDATE SET visits = total.visits + excluded.visits
      RETURNING visitor_id
    )
    ${mark}`,
};

/**
 * Adds to a total its difference from the log and the opening balances, measured in one snapshot. A visit that commits
 * later adds the same to both, so the difference stays right, and no visit waits while the log is counted.
 */
const addDifference: Statement = {
  name: 'correct-total',
  text: `
    WITH measured AS (
      SELECT (SELECT count(*) FROM visits WHERE visitor_id = $1)
           + (SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = $1)
           - (SELECT visits FROM visit_totals WHERE visitor_id = $1) AS difference
    ), corrected AS (
      UPDATE visit_totals SET visits = visit_totals.visits + measured.difference
      FROM measured
      WHERE visitor_id = $1 AND measured.difference <> 0
      RETURNING visitor_id
    )
    ${mark}`,
};

/**
 * Corrects one visitor's total while visits are recorded. Two corrections at once would both add the difference, so
 * the caller must hold the lock `correctTotals`.
 * @returns whether the total was wrong.
 */
export async function correctTotal(run: RunStatement, visitorId: string): Promise<boolean> {
  if ((await run(createMissing, [visitorId])).length > 0) return true;
  return (await run(addDifference, [visitorId])).length > 0;
}
