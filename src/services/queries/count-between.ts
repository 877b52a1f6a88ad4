import type { RunStatement, Statement } from '../../shared/statement';
import { planCounts } from './plan-counts';
import { countedSpans, countOfEdge, eachSide, toSpanParameters, visitsOfEdge } from './rolled-up';
import { finestOfAll, finestOfVisitor } from './time-buckets';

// Runs and edges are each looked up by an index, because an aggregate is not merged into the query around it.
const countWith = (ofRun: string, ofEdge: string, isInTail: string): string => `
  WITH ${countedSpans()}
  SELECT span, sum(visits)::bigint AS visits FROM (
    SELECT run.span, counted.visits
    FROM given, unnest(grains, lows, highs, spans) AS run (grain, low, high, span)
    CROSS JOIN LATERAL (${ofRun}) AS counted
    UNION ALL
    SELECT of_edge.ends + side.after, side.sign * of_edge.visits
    FROM (SELECT edge.ends, edge.sign * (${ofEdge}) AS visits FROM edges AS edge OFFSET 0) AS of_edge
    CROSS JOIN ${eachSide}
    UNION ALL
    SELECT width_bucket(visited_at, instants), count(*) FROM given, tail WHERE ${isInTail} GROUP BY 1
  ) AS part
  GROUP BY span`;

const countOfVisitor: Statement = {
  name: 'count-between-of-visitor',
  text: countWith(
    `SELECT sum(visits) AS visits FROM visit_counts
     WHERE visitor_id = $10 AND grain = run.grain AND bucket >= run.low AND bucket < run.high`,
    countOfEdge('$10'),
    'visitor_id = $10',
  ),
};

const countOfAll: Statement = {
  name: 'count-between-of-all',
  text: countWith(
    `SELECT sum(visits) AS visits FROM visit_counts_of_all
     WHERE grain = run.grain AND bucket >= run.low AND bucket < run.high`,
    `SELECT coalesce(sum(visits), 0)::bigint FROM ${visitsOfEdge}`,
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
  const plan = planCounts(visitorId === undefined ? finestOfAll : finestOfVisitor, instants.map(Number));
  const values = toSpanParameters(plan, instants);
  const rows = await run<{ span: number; visits: string | null }>(
    visitorId === undefined ? countOfAll : countOfVisitor,
    visitorId === undefined ? values : [...values, visitorId],
  );
  const counted = new Map(rows.map(({ span, visits }) => [span, visits ?? '0']));
  return instants.slice(1).map((_, index) => counted.get(index + 1) ?? '0');
}
