import type { Models } from '../../models';
import type { RunStatement } from '../../shared/statement';
import { countBetween } from './count-between';
import { getDatabaseTime } from './get-database-time';
import { listHistorySlots } from './history-slots';

/**
 * Lists the visits of one visitor on the last 30 days, by the calendar of the zone.
 * @returns bigints as text, today last; zeros for a name that was never counted.
 */
export async function listLastDays(
  { Visitor }: Models,
  run: RunStatement,
  username: string,
  timeZone: string,
): Promise<string[]> {
  const until = await getDatabaseTime(run);
  // Without a start, a history by day has 30 points.
  const { starts } = listHistorySlots({ interval: 'day', timeZone, since: undefined, until });
  const visitor = await Visitor.findOne({ attributes: ['id'], where: { username }, raw: true });
  return visitor ? countBetween(run, [...starts, until], visitor.id) : starts.map(() => '0');
}
