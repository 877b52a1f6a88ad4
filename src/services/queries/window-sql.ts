import { moveToBuckets } from './plan-counts';
import {
  countOfEdge,
  listEdges,
  toEdgeParameters,
  toRunParameters,
  visitsOfEdge,
  watermarkAndTail,
} from './rolled-up';
import { finestOfVisitor, listSignedRuns } from './time-buckets';
import type { VisitWindow } from './visitor-page';

/** Returns the parameters $1 to $10 of a statement that counts the visits in a window. */
export function toWindowParameters({ since, until }: VisitWindow): unknown[] {
  const now = Date.now();
  const from = since?.getTime() ?? -Infinity;
  const ends = [from, Math.max(from, until?.getTime() ?? Infinity)];
  const { moved, edges } = moveToBuckets(finestOfVisitor, ends, now);
  const [start = -Infinity, end = Infinity] = moved;
  const runs = listSignedRuns(start, end, finestOfVisitor, now);
  return [
    ...toRunParameters(runs),
    runs.map(({ sign }) => sign),
    ...toEdgeParameters(edges),
    edges.map((edge) => (edge.ends === 0 ? -1 : 1)),
    since,
    until,
  ];
}

const given = `
  given AS (
    SELECT $1::smallint[] AS grains, $2::bigint[] AS lows, $3::bigint[] AS highs, $4::int[] AS run_signs,
           $5::timestamptz[] AS sinces, $6::timestamptz[] AS untils, $7::int[] AS signs, $8::int[] AS shares OFFSET 0
  ), ${listEdges('share', 'shares')}`;

/** SQL of the CTEs of the parameters, the edges, the watermark and the tail. */
export const windowParameters = `${watermarkAndTail}, ${given}`;

export const eachRun = 'given, unnest(grains, lows, highs, run_signs) AS run (grain, low, high, sign)';
export const isInWindow =
  '($9::timestamptz IS NULL OR visited_at >= $9) AND ($10::timestamptz IS NULL OR visited_at < $10)';
export const countEdge = (visitorId: string): string =>
  `edge.share * edge.sign * (${countOfEdge(visitorId)})`;

/** SQL of the CTEs that count the visits of every visitor: each run is read whole. The last one is `counted`. */
export const countEveryVisitor = `${windowParameters}, counted AS (
      SELECT visitor_id, sum(visits)::bigint AS visits FROM (
        SELECT counts.visitor_id, run.sign * counts.visits AS visits
        FROM ${eachRun}
        CROSS JOIN LATERAL (
          SELECT visitor_id, visits FROM visit_counts
          WHERE grain = run.grain AND bucket >= run.low AND bucket < run.high OFFSET 0
        ) AS counts
        UNION ALL
        SELECT of_visitor.visitor_id, edge.share * edge.sign * of_visitor.visits
        FROM edges AS edge CROSS JOIN LATERAL ${visitsOfEdge}
        UNION ALL
        SELECT visitor_id, 1 FROM tail WHERE ${isInWindow}
      ) AS part GROUP BY visitor_id
    )`;
