import type { Statement, RunStatement } from '../../shared/statement';

/** A name whose total is not what the log and its opening balances say. */
export interface TotalDrift {
  readonly id: string;
  readonly username: string;
  /** Counted in the log. */
  readonly logged: string;
  /** Brought along from other counters. */
  readonly opening: string;
  /** In the projection; null when its row is missing. */
  readonly total: string | null;
}

/** What was compared so far, and the drift found in the last part. */
export interface TotalsProgress {
  readonly visitors: number;
  readonly visits: number;
  readonly drifts: readonly TotalDrift[];
}

interface ComparedRow extends TotalDrift {
  readonly differs: boolean;
}

/**
 * The outer-join group-by beside the projection, for the next visitors by id. Both are read in one statement and so
 * in one snapshot, in which they must agree however many visits arrive meanwhile.
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
 * Compares every total with the log, some visitors at a time, so that its memory is bounded whatever there is to
 * compare. The connection must allow long statements: one visitor may have millions of visits.
 */
export async function* compareTotals(
  run: RunStatement,
  visitorsAtOnce = 500,
): AsyncGenerator<TotalsProgress> {
  // The smallest there is: an id may be anything that somebody once wrote.
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
