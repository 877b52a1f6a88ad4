import type { RunStatement, Statement } from '../../shared/statement';
import { getDatabaseTime } from './get-database-time';
import { listHistorySlots } from './history-slots';

/** The numbers over all visitors. Bigints stay text until they are presented. */
export interface Summary {
  readonly visits: string;
  readonly visitors: string;
  /** Since midnight in the zone that was asked for. */
  readonly today: string;
  /** In the last 60 minutes. */
  readonly lastHour: string;
}

const hour = 3_600_000;

// Without a name: the best plan depends on how much of the log the day holds.
const sumUp: Statement = {
  text: `
    SELECT
      (SELECT coalesce(sum(visits), 0) FROM visit_totals) AS "visits",
      (SELECT count(*) FROM visitors) AS "visitors",
      (SELECT count(*) FROM visits WHERE visited_at >= $1 AND visited_at < $3) AS "today",
      (SELECT count(*) FROM visits WHERE visited_at >= $2 AND visited_at < $3) AS "lastHour"`,
};

/**
 * Sums up all visitors in one statement: the sum from the totals, and today and the last hour from the end of the log
 * by the index on time. Visits that are dated ahead of the database's clock are in neither.
 */
export async function getSummary(run: RunStatement, timeZone: string): Promise<Summary> {
  const now = await getDatabaseTime(run);
  const { starts } = listHistorySlots({ interval: 'day', timeZone, since: now, until: new Date(+now + 1) });
  const hourAgo = new Date(now.getTime() - hour);
  const [row] = await run<Summary>(sumUp, [starts[0], hourAgo, now]);
  return row ?? { visits: '0', visitors: '0', today: '0', lastHour: '0' };
}
