import type { Statement, RunStatement } from '../../shared/statement';

/**
 * A row that somebody removed comes back with what the log has, in one statement: with less, even for a moment, visits
 * would be given numbers that others have. A visit that commits meanwhile makes a row of its own, to which this is added.
 */
const createMissing: Statement = {
  name: 'create-missing-total',
  text: `
    INSERT INTO visit_totals AS total (visitor_id, visits)
    SELECT $1::bigint, (SELECT count(*) FROM visits WHERE visitor_id = $1)
             + (SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = $1)
    WHERE NOT EXISTS (SELECT FROM visit_totals WHERE visitor_id = $1)
    ON CONFLICT (visitor_id) DO UPDATE SET visits = total.visits + excluded.visits
    RETURNING 1`,
};

/**
 * Adds to a total what it differs from its log and its opening balances by. The difference is measured in one
 * snapshot, in which a visit that is not committed yet is in neither; when it commits it moves both. So the difference may be added to whatever the
 * total has become since, and no visit has to wait while the log is counted.
 */
const addDifference: Statement = {
  name: 'correct-total',
  text: `
    WITH measured AS (
      SELECT (SELECT count(*) FROM visits WHERE visitor_id = $1)
           + (SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = $1)
           - (SELECT visits FROM visit_totals WHERE visitor_id = $1) AS difference
    )
    UPDATE visit_totals SET visits = visit_totals.visits + measured.difference
    FROM measured
    WHERE visitor_id = $1 AND measured.difference <> 0
    RETURNING measured.difference`,
};

/**
 * Repairs one visitor's total under live traffic. Two repairs at once would each add the difference, so the caller
 * holds a lock.
 * @returns whether anything was wrong.
 */
export async function correctTotal(run: RunStatement, visitorId: string): Promise<boolean> {
  if ((await run(createMissing, [visitorId])).length > 0) return true;
  const [row] = await run<{ difference: string }>(addDifference, [visitorId]);
  return row !== undefined;
}
