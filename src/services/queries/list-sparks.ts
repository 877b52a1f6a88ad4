import type { RunStatement, Statement } from '../../shared/statement';
import { planCounts } from './plan-counts';
import type { Chart } from './range';
import { countedSpans, countOfEdge, eachSide, toSpanParameters } from './rolled-up';
import { finestOfVisitor } from './time-buckets';

/** The counts of a visitor over a range, bigints as text. */
export type Spark = readonly string[];

/** The most points of a spark. */
const mostPoints = 30;

// As in `countBetween`, for several visitors.
const countEach: Statement = {
  name: 'count-between-of-visitors',
  text: `
    WITH ${countedSpans(', $10::bigint[] AS ids')}, listed AS MATERIALIZED (
      SELECT id FROM given, unnest(ids) AS listed (id)
    ), runs AS MATERIALIZED (
      SELECT grain, min(low) AS low, max(high) AS high, array_agg(low ORDER BY low) AS lows,
             array_agg(high ORDER BY low) AS highs, array_agg(span ORDER BY low) AS spans
      FROM given, unnest(grains, lows, highs, spans) AS run (grain, low, high, span) GROUP BY grain
    )
    SELECT id, span, sum(visits)::bigint AS visits FROM (
      SELECT listed.id, runs.spans[place] AS span, counted.visits
      FROM listed CROSS JOIN runs
      CROSS JOIN LATERAL (
        SELECT bucket, visits, width_bucket(bucket, runs.lows) AS place FROM visit_counts
        WHERE visitor_id = listed.id AND grain = runs.grain AND bucket >= runs.low AND bucket < runs.high OFFSET 0
      ) AS counted
      WHERE bucket < runs.highs[place]
      UNION ALL
      SELECT of_edge.id, of_edge.ends + side.after, side.sign * of_edge.visits
      FROM (
        SELECT listed.id, edge.ends, edge.sign * (${countOfEdge('listed.id')}) AS visits
        FROM listed CROSS JOIN edges AS edge OFFSET 0
      ) AS of_edge CROSS JOIN ${eachSide}
      UNION ALL
      SELECT visitor_id, width_bucket(visited_at, instants), 1 FROM given, tail
      WHERE visitor_id IN (SELECT id FROM listed)
    ) AS part GROUP BY id, span HAVING sum(visits) > 0`,
};

/**
 * Counts the visits of some visitors over a range, in at most 30 points: one of the chart's, or several together.
 * @returns by the id of the visitor; one without visits in the range is left out.
 */
export async function listSparks(
  run: RunStatement,
  { since, until, starts }: Chart,
  visitorIds: readonly string[],
): Promise<Map<string, Spark>> {
  const step = Math.ceil(starts.length / mostPoints);
  const later = starts.slice(1).filter((_, index) => (index + 1) % step === 0);
  const instants = [since, ...later, until];
  const plan = planCounts(finestOfVisitor, instants.map(Number));
  const rows = await run<{ id: string; span: number; visits: string }>(countEach, [
    ...toSpanParameters(plan, instants),
    visitorIds,
  ]);
  const sparks = new Map<string, string[]>();
  for (const { id, span, visits } of rows) {
    if (span < 1 || span >= instants.length) continue;
    const spark = sparks.get(id) ?? instants.slice(1).map(() => '0');
    spark[span - 1] = visits;
    sparks.set(id, spark);
  }
  return sparks;
}
