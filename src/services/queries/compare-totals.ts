import type { Statement, RunStatement } from '../../shared/statement';

/** A name whose total differs from its visits in the log plus its opening balances. */
export interface TotalDrift {
  readonly id: string;
  readonly username: string;
  /** Visits in the log. */
  readonly logged: string;
  /** Visits imported from other counters. */
  readonly opening: string;
  /** The stored total; null if its row is missing. */
  readonly total: string | null;
}

/** One part of a comparison, and the differences in it. */
export interface TotalsProgress {
  readonly visitors: number;
  readonly visits: number;
  readonly drifts: readonly TotalDrift[];
}

interface ComparedRow extends TotalDrift {
  readonly differs: boolean;
}

/**
 * The outer-join group-by beside the stored totals, for the next visitors by id. One statement reads both in one
 * snapshot, so they must agree even while visits arrive.
 */
const compareSome: Statement = {
  name: 'compare-totals',
  text: `
    WITH part AS (SELECT id, username FROM visitors WHERE id > $1 ORDER BY id LIMIT $2)
    SELECT part.id, part.username, counted.logged, opening.visits AS opening, visit_totals.visits AS total,
           counted.logged + opening.visits IS DISTINCT FROM visit_totals.visits AS differs
    FROM part
    JOIN (
      SELECT part.id, count(visits.id) AS logged
      FROM part LEFT JOIN visits ON visits.visitor_id = part.id
      GROUP BY part.id
    ) AS counted USING (id)
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(visits), 0)::bigint AS visits FROM opening_balances WHERE visitor_id = part.id
    ) AS opening
    LEFT JOIN visit_totals ON visit_totals.visitor_id = part.id
    ORDER BY part.id`,
};

/**
 * Compares every total with the log, a bounded number of visitors at a time. The connection must allow long
 * statements, because one visitor may have millions of visits.
 */
export async function* compareTotals(
  run: RunStatement,
  visitorsAtOnce = 500,
): AsyncGenerator<TotalsProgress> {
  // The smallest bigint, because an imported id can be any.
  for (let last = '-9223372036854775808'; ;) {
    const rows: ComparedRow[] = await run<ComparedRow>(compareSome, [last, visitorsAtOnce]);
    const end = rows.at(-1);
    if (!end) return;
    last = end.id;
    yield {
      visitors: rows.length,
      visits: rows.reduce((sum, { logged }) => sum + Number(logged), 0),
      drifts: rows
        .filter(({ differs }) => differs)
        .map(({ id, username, logged, opening, total }) => ({ id, username, logged, opening, total })),
    };
  }
}
