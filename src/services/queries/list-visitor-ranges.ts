import type { RunStatement, Statement } from '../../shared/statement';

/** The visitors with `first <= id <= last`. Bigints are text. */
export interface VisitorRange {
  readonly first: string;
  readonly last: string;
  readonly visitors: number;
}

/** How large a range may be. Smaller ones show progress more often. */
export interface RangeLimits {
  readonly visitors: number;
  /** Visits and opening balances. One visitor may have more. */
  readonly visits: number;
}

// Each total is looked up, because the planner does not know the limit, and would read them all for each range.
const findNext: Statement = {
  name: 'next-visitor-range',
  text: `
    SELECT max(id) AS last, count(*)::int AS visitors FROM (
      SELECT id, sum(visits) OVER (ORDER BY id) - visits AS before
      FROM (SELECT id FROM visitors WHERE id >= $1 ORDER BY id LIMIT $2) AS few
      CROSS JOIN LATERAL (
        SELECT coalesce((SELECT visits FROM visit_totals WHERE visitor_id = few.id), 0) AS visits OFFSET 0
      ) AS total
    ) AS next WHERE before < $3`,
};

/** Splits all ids, of visitors that are there and of any others, into ranges. */
export async function* listVisitorRanges(
  run: RunStatement,
  limits: RangeLimits,
): AsyncGenerator<VisitorRange> {
  const highest = 2n ** 63n - 1n;
  for (let first = -(2n ** 63n); first <= highest;) {
    const [next] = await run<{ last: string | null; visitors: number }>(findNext, [
      String(first),
      limits.visitors,
      limits.visits,
    ]);
    const last = BigInt(next?.last ?? highest);
    yield { first: String(first), last: String(last), visitors: next?.visitors ?? 0 };
    first = last + 1n;
  }
}
