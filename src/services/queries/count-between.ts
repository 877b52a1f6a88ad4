import type { RunStatement, Statement } from '../../shared/statement';
import { planCounts } from './plan-counts';
import { countOfEdge, listEdges, toEdgeParameters, toRunParameters, watermarkAndTail } from './rolled-up';
import { finestOfAll, finestOfVisitor } from './time-buckets';

// OFFSET 0 hides the array sizes from the planner, so it keeps one generic plan per connection. Runs and edges are each
// looked up by an index, because an aggregate is not merged into the query around it.
const countWith = (visitsOfRun: string, visitsOfEdge: string, isInTail: string): string => `
  WITH ${watermarkAndTail}, given AS (
    SELECT $1::smallint[] AS grains, $2::bigint[] AS lows, $3::bigint[] AS highs, $4::int[] AS spans,
           $5::timestamptz[] AS sinces, $6::timestamptz[] AS untils, $7::int[] AS signs, $8::int[] AS ends, $9::timestamptz[] AS instants OFFSET 0
  ), ${listEdges('ends', 'ends')}
  SELECT span, sum(visits)::bigint AS visits FROM (
    SELECT run.span, counted.visits
    FROM given, unnest(grains, lows, highs, spans) AS run (grain, low, high, span)
    CROSS JOIN LATERAL (${visitsOfRun}) AS counted
    UNION ALL
    SELECT share.span, share.visits
    FROM edges AS edge
    CROSS JOIN LATERAL (${visitsOfEdge}) AS counted
    CROSS JOIN LATERAL (
      VALUES (edge.ends, edge.sign * counted.visits), (edge.ends + 1, -edge.sign * counted.visits)
    ) AS share (span, visits)
    UNION ALL
    SELECT width_bucket(visited_at, instants), count(*) FROM given, tail WHERE ${isInTail} GROUP BY 1
  ) AS part
  GROUP BY span`;

const countOfVisitor: Statement = {
  name: 'count-between-of-visitor',
  text: countWith(
    `SELECT sum(visits) AS visits FROM visit_counts
     WHERE visitor_id = $10 AND grain = run.grain AND bucket >= run.low AND bucket < run.high`,
    `SELECT ${countOfEdge('$10')} AS visits OFFSET 0`,
    'visitor_id = $10',
  ),
};

// The visitors of an edge are those that are counted in its hour, so that no visit is searched by its time alone: in a
// log that was imported out of order, no index could.
const countOfAll: Statement = {
  name: 'count-between-of-all',
  text: countWith(
    `SELECT sum(visits) AS visits FROM visit_counts_of_all
     WHERE grain = run.grain AND bucket >= run.low AND bucket < run.high`,
    `SELECT coalesce(sum(of_visitor.visits), 0)::bigint AS visits
     FROM visit_counts AS present
     CROSS JOIN LATERAL (SELECT ${countOfEdge('present.visitor_id')} AS visits) AS of_visitor
     WHERE present.grain = ${finestOfVisitor}
       AND present.bucket = edge.hour`,
    'true',
  ),
};

/**
 * Counts the visits between instants that follow each other, of one visitor or of all: from the roll-up as far as it
 * goes and from the log beyond, in one snapshot.
 * @param instants in order; equal ones make an empty span.
 * @returns one bigint as text for each span `instants[i] <= visited_at < instants[i + 1]`.
 */
export async function countBetween(
  run: RunStatement,
  instants: readonly Date[],
  visitorId?: string,
): Promise<string[]> {
  const { runs, edges } = planCounts(
    visitorId === undefined ? finestOfAll : finestOfVisitor,
    instants.map(Number),
  );
  const values = [
    ...toRunParameters(runs),
    runs.map(({ span }) => span),
    ...toEdgeParameters(edges),
    edges.map(({ ends }) => ends),
    instants,
  ];
  const rows = await run<{ span: number; visits: string | null }>(
    visitorId === undefined ? countOfAll : countOfVisitor,
    visitorId === undefined ? values : [...values, visitorId],
  );
  const counted = new Map(rows.map(({ span, visits }) => [span, visits ?? '0']));
  return instants.slice(1).map((_, index) => counted.get(index + 1) ?? '0');
}
