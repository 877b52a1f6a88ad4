import { planCounts } from './plan-counts';
import {
  countOfEdge,
  listEdges,
  toEdgeParameters,
  toRunParameters,
  visitsOfEdge,
  watermarkAndTail,
} from './rolled-up';
import { finestOfVisitor } from './time-buckets';
import type { VisitWindow } from './visitor-page';

/** Returns the parameters $1 to $9 of a statement that counts the visits in a window. */
export function toWindowParameters({ since, until }: VisitWindow): unknown[] {
  const from = since?.getTime() ?? -Infinity;
  const { runs, edges } = planCounts(finestOfVisitor, [from, Math.max(from, until?.getTime() ?? Infinity)]);
  return [
    ...toRunParameters(runs),
    ...toEdgeParameters(edges),
    edges.map(({ ends }) => (ends === 0 ? -1 : 1)),
    since,
    until,
  ];
}

const given = `
  given AS (
    SELECT $1::smallint[] AS grains, $2::bigint[] AS lows, $3::bigint[] AS highs,
           $4::timestamptz[] AS sinces, $5::timestamptz[] AS untils, $6::int[] AS signs, $7::int[] AS shares OFFSET 0
  ), ${listEdges('share', 'shares')}`;

/** SQL of the CTEs of the parameters, the edges, the watermark and the tail. */
export const windowParameters = `${watermarkAndTail}, ${given}`;

export const eachRun = 'given, unnest(grains, lows, highs) AS run (grain, low, high)';
export const isInWindow =
  '($8::timestamptz IS NULL OR visited_at >= $8) AND ($9::timestamptz IS NULL OR visited_at < $9)';
export const countEdge = (visitorId: string): string =>
  `edge.share * edge.sign * (${countOfEdge(visitorId)})`;

/** SQL of the CTEs that count the visits of every visitor: each run is read whole. The last one is `counted`. */
export const countEveryVisitor = `${windowParameters}, counted AS (
      SELECT visitor_id, sum(visits)::bigint AS visits FROM (
        SELECT counts.visitor_id, sum(counts.visits)::bigint AS visits
        FROM ${eachRun}
        CROSS JOIN LATERAL (
          SELECT visitor_id, visits FROM visit_counts
          WHERE grain = run.grain AND bucket >= run.low AND bucket < run.high OFFSET 0
        ) AS counts
        GROUP BY counts.visitor_id
        UNION ALL
        SELECT of_visitor.visitor_id, edge.share * edge.sign * of_visitor.visits
        FROM edges AS edge CROSS JOIN LATERAL ${visitsOfEdge}
        UNION ALL
        SELECT visitor_id, 1 FROM tail WHERE ${isInWindow}
      ) AS part GROUP BY visitor_id
    )`;
