import type { BucketEdge } from './plan-counts';
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

/** SQL of two CTEs. A statement that reads the counts and the tail reads them in one snapshot, so their sum is exact. */
export const watermarkAndTail = `${watermark}, tail AS MATERIALIZED (
    SELECT visitor_id, visited_at FROM visits WHERE ${isInTail}
  )`;

/**
 * SQL of the number of visits of a visitor with `since <= visited_at < until`, as far as they are rolled up: those of
 * the log, and retired ones, each of which counts at the start of its quarter of an hour.
 */
export const countOfEdge = (visitorId: string): string => `
  (SELECT count(*) FROM visits
   WHERE visitor_id = ${visitorId} AND visited_at >= edge.since AND visited_at < edge.until
     AND id <= (SELECT id FROM watermark))
  + (SELECT coalesce(sum(visits), 0)::bigint FROM retired_visits
     WHERE visitor_id = ${visitorId} AND quarter > to_quarter(edge.since - interval '1 microsecond')
       AND quarter <= to_quarter(edge.until - interval '1 microsecond'))`;

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
