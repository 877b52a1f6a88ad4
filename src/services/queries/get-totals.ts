import type { RunStatement, Statement } from '../../shared/statement';
import { findVisitorSql } from '../find-visitor-sql';

/**
 * Two index lookups for each name. OFFSET 0 hides the size of the array from the planner, so it keeps one generic plan
 * per connection.
 */
const readTotals: Statement = {
  name: 'read-totals',
  text: `
    SELECT asked.username, visit_totals.visits
    FROM (SELECT $1::text[] AS usernames OFFSET 0) AS given, unnest(given.usernames) AS asked (username)
    CROSS JOIN LATERAL ${findVisitorSql('asked.username')} AS visitor
    JOIN visit_totals ON visit_totals.visitor_id = visitor.id`,
};

/** Reads the numbers of visitors, hidden ones too, by name or alias; bigints as text. A name that was never counted is left out. */
export async function getTotals(
  run: RunStatement,
  usernames: readonly string[],
): Promise<Map<string, string>> {
  const rows = await run<{ username: string; visits: string }>(readTotals, [usernames]);
  return new Map(rows.map(({ username, visits }) => [username, visits]));
}
