import type { RunStatement } from '../../shared/statement';
import { countListLimits, listByCount } from './list-by-count';
import { toVisitorPage, type VisitorPage, type VisitorPageRequest, type VisitorRow } from './visitor-page';
import { toSqlPage } from './visitor-page-sql';

/**
 * Lists visitors with all their visits, by keyset, as of one moment. It reads the totals, so its cost does not grow with
 * the log. By count it reads the sorted totals, so its cost does not grow with the names either, except as
 * `listByCount` says.
 */
export async function listVisitors(
  run: RunStatement,
  request: VisitorPageRequest,
  limits = countListLimits,
): Promise<VisitorPage> {
  const listed = request.order.by === 'visits' ? await listByCount(run, request, limits) : undefined;
  return toVisitorPage(listed ?? (await listByTotals(run, request)), request);
}

/** Reads the total of every visitor that the filters leave, unless an index has the order. */
function listByTotals(run: RunStatement, request: VisitorPageRequest): Promise<VisitorRow[]> {
  const values: unknown[] = [];
  const { where, isAfterCount, order, limit } = toSqlPage(request, values);
  // Without a name: the best plan depends on the search and the page.
  const text = `
    SELECT id, username, visits FROM (
      SELECT id, username, hidden_at, coalesce(visit_totals.visits, 0) AS visits
      FROM visitors LEFT JOIN visit_totals ON visitor_id = id
    ) AS listed
    WHERE ${where} AND ${isAfterCount} ORDER BY ${order} LIMIT ${limit}`;
  return run<VisitorRow>({ text }, values);
}
