import type { RunStatement, Statement } from '../../shared/statement';
import { findVisitorSql } from '../find-visitor-sql';
import { countBetween } from './count-between';
import { getDatabaseTime } from './get-database-time';
import { listHistorySlots } from './history-slots';

const readVisitor: Statement = {
  name: 'find-any-visitor',
  text: `SELECT id FROM ${findVisitorSql('$1')} AS visitor`,
};

/**
 * Lists the visits of one visitor, hidden or not, on the last 30 days, by the calendar of the zone.
 * @returns bigints as text, today last; zeros for a name that was never counted.
 */
export async function listLastDays(run: RunStatement, username: string, timeZone: string): Promise<string[]> {
  const until = await getDatabaseTime(run);
  // Without a start, a history by day has 30 points.
  const { starts } = listHistorySlots({ interval: 'day', timeZone, since: undefined, until });
  const [visitor] = await run<{ id: string }>(readVisitor, [username]);
  return visitor ? countBetween(run, [...starts, until], visitor.id) : starts.map(() => '0');
}
