import type { RunStatement } from '../../shared/statement';
import { planCounts } from './plan-counts';
import { toEdgeParameters, toRunParameters, watermarkAndTail } from './rolled-up';
import { finestOfVisitor } from './time-buckets';
import { toSqlPage, type SqlPage } from './visitor-page-sql';
import {
  toVisitorPage,
  type VisitorPage,
  type VisitorPageRequest,
  type VisitorRow,
  type VisitWindow,
} from './visitor-page';

/**
 * Lists visitors with their visits in a window, as `countVisits` defines them, but from the roll-up as far as it goes
 * and from the log beyond, in one snapshot.
 */
export async function listVisitorsInWindow(
  run: RunStatement,
  request: VisitorPageRequest,
  { since, until }: VisitWindow,
): Promise<VisitorPage> {
  const from = since?.getTime() ?? -Infinity;
  const { runs, edges } = planCounts(finestOfVisitor, [from, Math.max(from, until?.getTime() ?? Infinity)]);
  const values: unknown[] = [
    ...toRunParameters(runs),
    ...toEdgeParameters(edges),
    edges.map(({ ends }) => (ends === 0 ? -1 : 1)),
    since,
    until,
  ];
  const page = toSqlPage(request, values);
  // Without a name: the best plan depends on the search and the page.
  const isSmall = request.order.by !== 'visits' && request.limit <= smallPage;
  const text = isSmall ? countPage(page) : countAll(page);
  return toVisitorPage(await run<VisitorRow>({ text }, values), request);
}

// Above this, looking up each visitor costs more than reading all of a thousand.
const smallPage = 100;

const given = `
  given AS (
    SELECT $1::smallint[] AS grains, $2::bigint[] AS lows, $3::bigint[] AS highs,
           $4::timestamptz[] AS sinces, $5::timestamptz[] AS untils, $6::int[] AS signs, $7::int[] AS shares OFFSET 0
  )`;
const eachRun = 'given, unnest(grains, lows, highs) AS run (grain, low, high)';
const eachEdge = 'given, unnest(sinces, untils, signs, shares) AS edge (since, until, sign, share)';
const isInWindow =
  '($8::timestamptz IS NULL OR visited_at >= $8) AND ($9::timestamptz IS NULL OR visited_at < $9)';
const countEdge = (visitorId: string): string => `
  SELECT edge.share * edge.sign * count(*) AS visits FROM visits
  WHERE visitor_id = ${visitorId} AND visited_at >= edge.since AND visited_at < edge.until
    AND id <= (SELECT id FROM watermark)`;

/** A page by count needs the count of every visitor: each run is read whole. So does a long page. */
function countAll({ where, isAfterCount, order, limit }: SqlPage): string {
  return `
    WITH ${watermarkAndTail}, ${given}, counted AS (
      SELECT visitor_id, sum(visits)::bigint AS visits FROM (
        SELECT counts.visitor_id, counts.visits
        FROM ${eachRun}
        CROSS JOIN LATERAL (
          SELECT visitor_id, visits FROM visit_counts
          WHERE grain = run.grain AND bucket >= run.low AND bucket < run.high OFFSET 0
        ) AS counts
        UNION ALL
        SELECT present.visitor_id, edge_count.visits
        FROM ${eachEdge}
        JOIN visit_counts AS present ON present.grain = ${finestOfVisitor}
          AND present.bucket = to_quarter(edge.since) >> 2
        CROSS JOIN LATERAL (${countEdge('present.visitor_id')}) AS edge_count
        UNION ALL
        SELECT visitor_id, 1 FROM tail WHERE ${isInWindow}
      ) AS part GROUP BY visitor_id
    ), listed AS (
      SELECT id, username, coalesce(counted.visits, 0) AS visits
      FROM visitors LEFT JOIN counted ON counted.visitor_id = visitors.id
      WHERE ${where}
    )
    SELECT id, username, visits FROM listed WHERE ${isAfterCount} ORDER BY ${order} LIMIT ${limit}`;
}

/** A short page is chosen first, and only its visitors are counted. */
function countPage({ where, order, limit }: SqlPage): string {
  return `
    WITH ${watermarkAndTail}, ${given}, listed AS MATERIALIZED (
      SELECT id, username FROM visitors WHERE ${where} ORDER BY ${order} LIMIT ${limit}
    ), counted AS (
      SELECT id, sum(visits)::bigint AS visits FROM (
        SELECT listed.id, counts.visits
        FROM listed CROSS JOIN ${eachRun}
        CROSS JOIN LATERAL (
          SELECT sum(visits) AS visits FROM visit_counts
          WHERE visitor_id = listed.id AND grain = run.grain AND bucket >= run.low AND bucket < run.high
        ) AS counts
        UNION ALL
        SELECT listed.id, edge_count.visits
        FROM listed CROSS JOIN ${eachEdge}
        CROSS JOIN LATERAL (${countEdge('listed.id')}) AS edge_count
        UNION ALL
        SELECT visitor_id, 1 FROM tail WHERE ${isInWindow}
      ) AS part GROUP BY id
    )
    SELECT id, username, coalesce(counted.visits, 0) AS visits
    FROM listed LEFT JOIN counted USING (id) ORDER BY ${order}`;
}
