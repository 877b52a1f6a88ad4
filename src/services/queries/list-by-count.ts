import type { RunStatement } from '../../shared/statement';
import { changedVisitors, isInTail, watermark } from './rolled-up';
import type { VisitorPageRequest, VisitorRow } from './visitor-page';
import { toSqlPage, type SqlPage } from './visitor-page-sql';

/** The bounds of a list by count. */
export interface CountListLimits {
  /** A search with at most so many matches is sorted, which costs less than a walk. */
  readonly fewMatches: number;
  /** Sorted totals that a walk passes at most, in search of the visitors of a page. */
  readonly mostSteps: number;
  /** Visits of the tail that are read at most. */
  readonly mostVisits: number;
  /** Visitors whose sorted total may be old, and who are looked up one by one. As many marks of them are read. */
  readonly mostChanged: number;
}

/** Each keeps its part of a list below about 30 ms. */
export const countListLimits: CountListLimits = {
  fewMatches: 1000,
  mostSteps: 20_000,
  mostVisits: 50_000,
  mostChanged: 5000,
};

type WalkedRow = { readonly isWhole: boolean } & (VisitorRow | NoRow);

/** The one row of an empty page. */
interface NoRow {
  readonly id: null;
}

/**
 * Lists visitors by count: walks through the sorted totals in order and merges the visitors whose sorted total may be
 * old, which are those in the tail of the log and in `changed_totals`. One statement, so it is exact.
 *
 * It gives up if very many totals may be old, because the log is not rolled up, or if the walk passes many visitors
 * that the search leaves out.
 * @returns undefined if it gave up, or if the totals of the few matches of a search are better sorted.
 */
export async function listByCount(
  run: RunStatement,
  request: VisitorPageRequest,
  limits: CountListLimits,
): Promise<VisitorRow[] | undefined> {
  if (request.search !== undefined && (await hasFewMatches(run, request, limits))) return undefined;
  const values: unknown[] = [];
  const rows = await run<WalkedRow>({ text: walk(toSqlPage(request, values), limits) }, values);
  if (rows[0]?.isWhole !== true) return undefined;
  return rows.flatMap((row) => {
    if (row.id === null) return [];
    const { id, username, visits } = row;
    return [{ id, username, visits }];
  });
}

async function hasFewMatches(
  run: RunStatement,
  request: VisitorPageRequest,
  { fewMatches }: CountListLimits,
): Promise<boolean> {
  const values: unknown[] = [];
  const { where, limit } = toSqlPage({ ...request, after: undefined, limit: fewMatches }, values);
  const text = `SELECT count(*)::int AS matches FROM (SELECT FROM visitors WHERE ${where} LIMIT ${limit}) AS few`;
  const [row] = await run<{ matches: number }>({ text }, values);
  return (row?.matches ?? 0) <= fewMatches;
}

// NOT IN is a filter and no join, so the planner keeps to the order of the index and stops at the end of the page. It
// recognises this order by the column "rank".
// "steps" is read to its end only if the page is not full.
function walk({ where, isAfterCount, rank, order, limit }: SqlPage, limits: CountListLimits): string {
  const { mostSteps, mostVisits, mostChanged } = limits;
  const steps = `
    SELECT id, visits, ${rank} AS rank FROM (SELECT visitor_id AS id, visits FROM sorted_totals) AS sorted
    WHERE ${isAfterCount} ORDER BY ${order} LIMIT ${mostSteps}`;
  return `
    WITH ${watermark}, tail AS MATERIALIZED (
      SELECT visitor_id FROM visits WHERE ${isInTail} LIMIT ${mostVisits + 1}
    ), marked AS MATERIALIZED (
      SELECT visitor_id FROM (${changedVisitors}) AS mark LIMIT ${mostChanged + 1}
    ), changed AS MATERIALIZED (
      SELECT visitor_id FROM tail UNION SELECT visitor_id FROM marked
    ), bounds AS MATERIALIZED (
      SELECT (SELECT count(*) FROM tail) <= ${mostVisits}
        AND (SELECT count(*) FROM marked) <= ${mostChanged}
        AND (SELECT count(*) FROM changed) <= ${mostChanged} AS "areKept"
    ), unchanged AS MATERIALIZED (
      SELECT id, username, visits FROM (${steps}) AS steps JOIN visitors USING (id)
      WHERE (SELECT "areKept" FROM bounds) AND ${where} AND id NOT IN (SELECT visitor_id FROM changed)
      ORDER BY rank, id LIMIT ${limit}
    ), page AS (
      SELECT id, username, visits FROM (
        SELECT id, username, visits FROM unchanged
        UNION ALL
        SELECT id, username, visits FROM (
          SELECT id, username, hidden_at, coalesce(visit_totals.visits, 0) AS visits
          FROM changed JOIN visitors ON id = changed.visitor_id
          LEFT JOIN visit_totals ON visit_totals.visitor_id = id
          WHERE (SELECT "areKept" FROM bounds)
        ) AS renewed
        WHERE ${where} AND ${isAfterCount}
      ) AS merged
      ORDER BY ${order} LIMIT ${limit}
    )
    SELECT "isWhole", id, username, visits
    FROM (
      SELECT (SELECT "areKept" FROM bounds) AND (
        (SELECT count(*) FROM unchanged) = ${limit} OR (SELECT count(*) FROM (${steps}) AS steps) < ${mostSteps}
      ) AS "isWhole"
    ) AS outcome LEFT JOIN page ON true
    ORDER BY ${order}`;
}
