import type { RunStatement, Statement } from '../../shared/statement';
import { toSqlPage, type SqlPage } from './visitor-page-sql';
import {
  toVisitorPage,
  type VisitorPage,
  type VisitorPageRequest,
  type VisitorRow,
  type VisitWindow,
} from './visitor-page';
import {
  countEdge,
  countEveryVisitor,
  eachRun,
  isInWindow,
  toWindowParameters,
  windowParameters,
} from './window-sql';

/**
 * Lists visitors with their visits in a window, as `countVisits` defines them, but from the roll-up as far as it goes
 * and from the log beyond, in one snapshot.
 */
export async function listVisitorsInWindow(
  run: RunStatement,
  request: VisitorPageRequest,
  window: VisitWindow,
): Promise<VisitorPage> {
  const values = toWindowParameters(window);
  const page = toSqlPage(request, values);
  const isSmall = request.order.by !== 'visits' && request.limit <= smallPage;
  const statement = isSmall ? { text: countPage(page) } : { ...nameFirstPage(request), text: countAll(page) };
  return toVisitorPage(await run<VisitorRow>(statement, values), request);
}

/** The best plan of any other page depends on what is searched and on the page, so only first pages are prepared. */
function nameFirstPage({ search, after, order }: VisitorPageRequest): Pick<Statement, 'name'> {
  if (search !== undefined || after !== undefined) return {};
  return { name: `list-in-window-by-${order.by}${order.descending ? '-descending' : ''}` };
}

// Above this, looking up each visitor costs more than reading all of a thousand.
const smallPage = 100;

/** A page by count needs the count of every visitor. So does a long page. */
function countAll({ where, isAfterCount, order, limit }: SqlPage): string {
  return `
    WITH ${countEveryVisitor}, listed AS (
      SELECT id, username, coalesce(counted.visits, 0) AS visits
      FROM visitors LEFT JOIN counted ON counted.visitor_id = visitors.id
      WHERE ${where}
    )
    SELECT id, username, visits FROM listed WHERE ${isAfterCount} ORDER BY ${order} LIMIT ${limit}`;
}

/** A short page is chosen first, and only its visitors are counted. */
function countPage({ where, order, limit }: SqlPage): string {
  return `
    WITH ${windowParameters}, listed AS MATERIALIZED (
      SELECT id, username FROM visitors WHERE ${where} ORDER BY ${order} LIMIT ${limit}
    ), counted AS (
      SELECT id, sum(visits)::bigint AS visits FROM (
        SELECT listed.id, counts.visits
        FROM listed CROSS JOIN ${eachRun}
        CROSS JOIN LATERAL (
          SELECT run.sign * sum(visits) AS visits FROM visit_counts
          WHERE visitor_id = listed.id AND grain = run.grain AND bucket >= run.low AND bucket < run.high
        ) AS counts
        UNION ALL
        SELECT listed.id, ${countEdge('listed.id')} FROM listed CROSS JOIN edges AS edge
        UNION ALL
        SELECT visitor_id, 1 FROM tail WHERE ${isInWindow}
      ) AS part GROUP BY id
    )
    SELECT id, username, coalesce(counted.visits, 0) AS visits
    FROM listed LEFT JOIN counted USING (id) ORDER BY ${order}`;
}
