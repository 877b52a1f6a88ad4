import type { RunStatement, Statement } from '../../shared/statement';
import { planCounts } from './plan-counts';
import type { Span } from './range';
import { countedSpans, eachSide, toSpanParameters, visitsOfEdge } from './rolled-up';
import { finestOfVisitor } from './time-buckets';

// As in `countBetween`, but by visitor. Of a run from which no edge takes visits away it is enough that it has the visitor,
// which the index tells.
const eachRun = 'unnest(grains, lows, highs, spans, beyond) AS run (grain, low, high, span, is_beyond)';
const isInRun = 'grain = run.grain AND bucket >= run.low AND bucket < run.high';
const countNames: Statement = {
  name: 'count-visitors-between',
  text: `
    WITH ${countedSpans(', $10::boolean[] AS beyond')}, counted AS (
      SELECT span, visitor_id FROM (
        SELECT run.span, counts.visitor_id, counts.visits
        FROM given, ${eachRun}
        CROSS JOIN LATERAL (SELECT visitor_id, visits FROM visit_counts WHERE ${isInRun} OFFSET 0) AS counts
        WHERE is_beyond
        UNION ALL
        SELECT run.span, counts.visitor_id, 1
        FROM given, ${eachRun}
        CROSS JOIN LATERAL (SELECT visitor_id FROM visit_counts WHERE ${isInRun} OFFSET 0) AS counts
        WHERE NOT is_beyond
        UNION ALL
        SELECT of_edge.ends + side.after, of_edge.visitor_id, side.sign * of_edge.visits
        FROM (
          SELECT edge.ends, of_visitor.visitor_id, edge.sign * of_visitor.visits AS visits
          FROM edges AS edge CROSS JOIN LATERAL ${visitsOfEdge} OFFSET 0
        ) AS of_edge CROSS JOIN ${eachSide}
        UNION ALL
        SELECT width_bucket(visited_at, instants), visitor_id, 1 FROM given, tail
      ) AS part GROUP BY span, visitor_id HAVING sum(visits) > 0
    )
    SELECT span, count(*)::text AS visitors FROM counted GROUP BY span`,
};

/**
 * Counts the visitors with a visit in each of some spans, which are in order and do not overlap, in one snapshot. It
 * reads the counts of every such visitor, so its cost grows with the names, but not with the log.
 * @returns one bigint as text for each span.
 */
export async function countVisitors(run: RunStatement, spans: readonly Span[]): Promise<string[]> {
  const instants = spans.flatMap(({ since, until }) => [since, until]);
  const plan = planCounts(finestOfVisitor, instants.map(Number));
  // The even ones are the gaps between the spans.
  const runs = plan.runs.filter(({ span }) => span % 2 === 1);
  const rows = await run<{ span: number; visitors: string }>(countNames, [
    ...toSpanParameters({ ...plan, runs }, instants),
    runs.map(({ isBeyond }) => isBeyond),
  ]);
  const counted = new Map(rows.map(({ span, visitors }) => [span, visitors]));
  return spans.map((_, index) => counted.get(2 * index + 1) ?? '0');
}
