import { DomainError } from '../../shared/domain-error';
import type { RunStatement, Statement } from '../../shared/statement';
import { findVisitorSql } from '../find-visitor-sql';

/** One visitor with its number and its first and last visit; both are null if there is none. */
export interface VisitorDetail {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
  readonly firstVisitAt: Date | null;
  readonly lastVisitAt: Date | null;
  /** When it was read, by the clock of the database, which dates the visits. */
  readonly readAt: Date;
}

// One end of the index on visitor and time: one lookup at any length of the log. The time of a retired visit is the
// start of its quarter of an hour.
const edgeOfLog = (order: 'ASC' | 'DESC'): string => `${order === 'ASC' ? 'least' : 'greatest'}(
    (SELECT visited_at FROM visits WHERE visitor_id = visitor.id ORDER BY visited_at ${order} LIMIT 1),
    (SELECT to_timestamp(quarter * 900) FROM retired_visits
     WHERE retired_visits.visitor_id = visitor.id ORDER BY quarter ${order} LIMIT 1))`;

// As in `getTotals`, OFFSET 0 keeps one plan that looks up each name by the indexes.
const readVisitors: Statement = {
  name: 'read-visitors',
  text: `
    SELECT visitor.id, asked.username, COALESCE(visit_totals.visits, 0) AS "visits",
      ${edgeOfLog('ASC')} AS "firstVisitAt", ${edgeOfLog('DESC')} AS "lastVisitAt",
      clock_timestamp() AS "readAt"
    FROM (SELECT $1::text[] AS usernames OFFSET 0) AS given, unnest(given.usernames) AS asked (username)
    CROSS JOIN LATERAL ${findVisitorSql('asked.username')} AS visitor
    LEFT JOIN visit_totals ON visit_totals.visitor_id = visitor.id
    WHERE visitor.hidden_at IS NULL`,
};

/** Reads visitors by name or alias. A name that was never counted, or is hidden, is left out. */
export async function getVisitors(
  run: RunStatement,
  usernames: readonly string[],
): Promise<Map<string, VisitorDetail>> {
  const rows = await run<VisitorDetail>(readVisitors, [usernames]);
  return new Map(rows.map((row) => [row.username, row]));
}

/** Creates the error for a name that was never counted. */
export function createVisitorNotFound(username: string): DomainError {
  return new DomainError('visitor-not-found', `No visit to "${username}" has been counted yet.`);
}
