import type { RunStatement, Statement } from '../../shared/statement';
import { planCounts } from './plan-counts';
import type { Span } from './range';
import { countedSpans, toSpanParameters, visitsOfEdge } from './rolled-up';
import { finestOfVisitor } from './time-buckets';

const eachRun = 'given, unnest(grains, lows, highs, beyond) AS run (grain, low, high, is_beyond)';
const isInRun = 'grain = run.grain AND bucket >= run.low AND bucket < run.high';

// A bucket within the span has the visitors that its index names. Only where edges take visits away from a bucket are the
// visits of each visitor counted.
const countNames: Statement = {
  name: 'count-visitors-between',
  text: `
    WITH ${countedSpans(', $10::boolean[] AS beyond')}, at_ends AS (
      SELECT visitor_id FROM (
        SELECT counts.visitor_id, counts.visits
        FROM ${eachRun}
        CROSS JOIN LATERAL (SELECT visitor_id, visits FROM visit_counts WHERE ${isInRun} OFFSET 0) AS counts
        WHERE is_beyond
        UNION ALL
        SELECT of_visitor.visitor_id, CASE ends WHEN 1 THEN sign ELSE -sign END * of_visitor.visits
        FROM edges AS edge CROSS JOIN LATERAL ${visitsOfEdge}
      ) AS part GROUP BY visitor_id HAVING sum(visits) > 0
    )
    SELECT count(*)::text AS visitors FROM (
      SELECT counts.visitor_id
      FROM ${eachRun}
      CROSS JOIN LATERAL (SELECT visitor_id FROM visit_counts WHERE ${isInRun} OFFSET 0) AS counts
      WHERE NOT is_beyond
      UNION
      SELECT visitor_id FROM at_ends
      UNION
      SELECT visitor_id FROM given, tail WHERE visited_at >= instants[1] AND visited_at < instants[2]
    ) AS found`,
};

/**
 * Counts the visitors with a visit in a span, in one snapshot. It reads the counts of every such visitor, so its cost
 * grows with the names, but not with the log.
 * @returns a bigint as text.
 */
export async function countVisitors(run: RunStatement, { since, until }: Span): Promise<string> {
  const instants = [since, until];
  const plan = planCounts(finestOfVisitor, instants.map(Number));
  const beyond = plan.runs.map(({ isBeyond }) => isBeyond);
  const [row] = await run<{ visitors: string }>(countNames, [...toSpanParameters(plan, instants), beyond]);
  return row?.visitors ?? '0';
}
