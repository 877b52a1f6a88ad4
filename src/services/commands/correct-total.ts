import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';

/** A row that somebody removed starts from 0; what the log has beyond that is then a difference like any other. */
const createMissing: PreparedStatement = {
  name: 'create-missing-total',
  text: 'INSERT INTO visit_totals (visitor_id, visits) VALUES ($1, 0) ON CONFLICT DO NOTHING',
};

/**
 * Adds to a total what it differs from its log and its opening balances by. The difference is measured in one snapshot, in which a visit that
 * is not committed yet is in neither; when it commits it moves both. So the difference may be added to whatever the
 * total has become since, and no visit has to wait while the log is counted.
 */
const addDifference: PreparedStatement = {
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
 * @returns what was added: 0 when the total was right.
 */
export async function correctTotal(run: RunPrepared, visitorId: string): Promise<number> {
  await run(createMissing, [visitorId]);
  const [row] = await run<{ difference: string }>(addDifference, [visitorId]);
  return Number(row?.difference ?? 0);
}
