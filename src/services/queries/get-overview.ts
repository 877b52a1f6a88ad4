import type { RunStatement, Statement } from '../../shared/statement';
import { getSums } from './get-summary';

/** A visitor and its number; bigints as text. */
export interface ChangedVisitor {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
}

/** The numbers over all visitors, and those of the visitors that were asked for. */
export interface Overview {
  readonly visits: string;
  readonly visitors: string;
  readonly changed: readonly ChangedVisitor[];
}

const readChanged: Statement = {
  name: 'read-changed-visitors',
  text: `
    SELECT visitors.id, username, visits
    FROM (SELECT $1::bigint[] AS ids OFFSET 0) AS given, unnest(given.ids) AS asked (id)
    JOIN visitors ON visitors.id = asked.id
    JOIN visit_totals ON visitor_id = visitors.id
    WHERE hidden_at IS NULL ORDER BY visitors.id`,
};

/** Reads the numbers over all visitors, and those of the given ones that are not hidden, in the order of their ids. */
export async function getOverview(run: RunStatement, ids: readonly string[]): Promise<Overview> {
  // The sums are read last, so they have every visit of these numbers.
  const changed = ids.length === 0 ? [] : await run<ChangedVisitor>(readChanged, [ids]);
  return { ...(await getSums(run)), changed };
}
