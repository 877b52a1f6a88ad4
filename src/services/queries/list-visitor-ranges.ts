import type { RunStatement, Statement } from '../../shared/statement';

/** The visitors with `first <= id <= last`. Bigints are text. */
export interface VisitorRange {
  readonly first: string;
  readonly last: string;
  readonly visitors: number;
}

const findNext: Statement = {
  name: 'next-visitor-range',
  text: `
    SELECT max(id) AS last, count(*)::int AS visitors
    FROM (SELECT id FROM visitors WHERE id >= $1 ORDER BY id LIMIT $2) AS next`,
};

/** Splits all ids, of visitors that are there and of any others, into ranges of at most `most` visitors. */
export async function* listVisitorRanges(run: RunStatement, most: number): AsyncGenerator<VisitorRange> {
  const highest = 2n ** 63n - 1n;
  for (let first = -(2n ** 63n); ;) {
    const [next] = await run<{ last: string | null; visitors: number }>(findNext, [String(first), most]);
    const isLast = !next?.last || next.visitors < most;
    const last = isLast ? highest : BigInt(next.last ?? highest);
    yield { first: String(first), last: String(last), visitors: next?.visitors ?? 0 };
    if (last === highest) return;
    first = last + 1n;
  }
}
