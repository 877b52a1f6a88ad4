import type { BucketEdge } from './plan-counts';
import { finestOfVisitor, type BucketRun } from './time-buckets';

/** SQL of a CTE with one row: every visit with an id up to its `id` is rolled up. */
export const watermark = `
  watermark AS MATERIALIZED (
    SELECT coalesce(max(rolled_id), -9223372036854775808) AS id FROM visit_rollup
  )`;

/**
 * SQL of a condition for the tail, which is the visits that are not rolled up.
 *
 * The planner cannot know how long the tail is. With both ends it assumes a small part of the log, and so the index.
 */
export const isInTail = 'id > (SELECT id FROM watermark) AND id <= 9223372036854775807';

/** SQL of two CTEs. A statement that reads the counts and the tail reads them in one snapshot, so their sum is exact. */
export const watermarkAndTail = `${watermark}, tail AS MATERIALIZED (
    SELECT visitor_id, visited_at FROM visits WHERE ${isInTail}
  )`;

/**
 * SQL of a CTE with the edges of a CTE `given`. Their hour and quarters are computed once, not for each visitor.
 * @param column what is known of an edge besides its ends and its sign.
 * @param array the array of it in `given`.
 */
export const listEdges = (column: string, array: string): string => `
  edges AS MATERIALIZED (
    SELECT edge.*, to_quarter(since) >> 2 AS hour,
           to_quarter(since - interval '1 microsecond') AS quarter_before,
           to_quarter(until - interval '1 microsecond') AS last_quarter
    FROM given, unnest(sinces, untils, signs, ${array}) AS edge (since, until, sign, ${column})
  )`;

/**
 * SQL of the number of visits of a visitor within an `edge`, as far as they are rolled up: those of the log, and retired
 * ones, each of which counts at the start of its quarter of an hour.
 */
export const countOfEdge = (visitorId: string): string => `
  (SELECT count(*) FROM visits
   WHERE visitor_id = ${visitorId} AND visited_at >= edge.since AND visited_at < edge.until
     AND id <= (SELECT id FROM watermark))
  + (SELECT coalesce(sum(visits), 0)::bigint FROM retired_visits
     WHERE visitor_id = ${visitorId} AND quarter > edge.quarter_before AND quarter <= edge.last_quarter)`;

/**
 * SQL of what to select from: each `edge` with each visitor that is `present`, which is counted in its hour. So no visit
 * is searched by its time alone: in a log that was imported out of order, no index could. OFFSET 0 keeps the planner
 * from reading all counts for it.
 */
export const edgesOfVisitors = `edges AS edge CROSS JOIN LATERAL (
          SELECT visitor_id FROM visit_counts WHERE grain = ${finestOfVisitor} AND bucket = edge.hour OFFSET 0
        ) AS present`;

/** Returns the columns of bucket runs as parameters: `smallint[]`, `bigint[]`, `bigint[]`. */
export function toRunParameters(runs: readonly BucketRun[]): [number[], string[], string[]] {
  return [
    runs.map(({ grain }) => grain),
    runs.map(({ low }) => (low === -Infinity ? '-9223372036854775808' : String(low))),
    runs.map(({ high }) => (high === Infinity ? '9223372036854775807' : String(high))),
  ];
}

/** Returns the columns of edges as parameters: `timestamptz[]`, `timestamptz[]`, `int[]`. */
export function toEdgeParameters(edges: readonly BucketEdge[]): [Date[], Date[], number[]] {
  return [edges.map(({ since }) => since), edges.map(({ until }) => until), edges.map(({ sign }) => sign)];
}
