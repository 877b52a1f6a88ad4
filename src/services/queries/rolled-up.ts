import type { BucketEdge, CountPlan } from './plan-counts';
import type { BucketRun } from './time-buckets';

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

/**
 * SQL of the visitors whose sorted total may be old, besides those of the tail. These are few, in a table with the pages
 * of as many as there once were: the order makes the planner look them up by index.
 */
export const changedVisitors = 'SELECT visitor_id FROM changed_totals ORDER BY id';

/** SQL of two CTEs. A statement that reads the counts and the tail reads them in one snapshot, so their sum is exact. */
export const watermarkAndTail = `${watermark}, tail AS MATERIALIZED (
    SELECT visitor_id, visited_at FROM visits WHERE ${isInTail}
  )`;

/**
 * SQL of a CTE with the edges of a CTE `given`. Their quarters are computed once, not for each visitor.
 * @param column what is known of an edge besides its ends and its sign.
 * @param array the array of it in `given`.
 */
export const listEdges = (column: string, array: string): string => `
  edges AS MATERIALIZED (
    SELECT edge.*, to_quarter(since - interval '1 microsecond') AS quarter_before,
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

/** SQL of the visits of all visitors within an `edge`, as `countOfEdge` counts them. A visitor may have two rows. */
export const visitsOfEdge = `(
    SELECT visitor_id, count(*) AS visits FROM visits
    WHERE visited_at >= edge.since AND visited_at < edge.until AND id <= (SELECT id FROM watermark)
    GROUP BY visitor_id
    UNION ALL
    SELECT visitor_id, visits FROM retired_visits
    WHERE quarter > edge.quarter_before AND quarter <= edge.last_quarter
  ) AS of_visitor`;

/**
 * SQL of the CTEs of a statement that counts spans, with the parameters of `toSpanParameters`: `given`, `edges`, the
 * watermark and the tail. OFFSET 0 hides the array sizes from the planner, so it keeps one generic plan per connection.
 * @param more further columns of `given`.
 */
export const countedSpans = (more = ''): string => `${watermarkAndTail}, given AS (
    SELECT $1::smallint[] AS grains, $2::bigint[] AS lows, $3::bigint[] AS highs, $4::int[] AS spans,
           $5::timestamptz[] AS sinces, $6::timestamptz[] AS untils, $7::int[] AS signs, $8::int[] AS ends,
           $9::timestamptz[] AS instants${more} OFFSET 0
  ), ${listEdges('ends', 'ends')}`;

/** SQL that gives the visits of `of_edge` to the span that ends there, and takes them from the one that begins there. */
export const eachSide = '(VALUES (0, 1), (1, -1)) AS side (after, sign)';

/** Returns the parameters $1 to $9 of `countedSpans`. */
export function toSpanParameters({ runs, edges }: CountPlan, instants: readonly Date[]): unknown[] {
  return [
    ...toRunParameters(runs),
    runs.map(({ span }) => span),
    ...toEdgeParameters(edges),
    edges.map(({ ends }) => ends),
    instants,
  ];
}

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
