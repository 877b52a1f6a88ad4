import type { RunStatement, Statement } from '../../shared/statement';
import { countBetween } from './count-between';
import { getDatabaseTime } from './get-database-time';
import { listHistorySlots } from './history-slots';
import { isInTail, watermark } from './rolled-up';
import { coarsest } from './time-buckets';

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

// The log as far as it is rolled up, its tail, and the opening balances: the sum of all totals, in one snapshot.
const sumUp: Statement = {
  name: 'sum-up',
  text: `
    WITH ${watermark}, changes AS (
      SELECT coalesce(sum(visitors), 0) AS visitors, coalesce(sum(balances), 0) AS balances FROM summary_changes
    )
    SELECT
      (SELECT coalesce(sum(visits), 0) FROM visit_counts_of_all WHERE grain = ${coarsest})
        + (SELECT count(*) FROM visits WHERE ${isInTail}) + balances AS "visits",
      visitors AS "visitors"
    FROM changes`,
};

/**
 * Sums up all visitors from the counts over time, so its cost grows neither with the log nor with the names. Visits that
 * are dated ahead of the database's clock are neither of today nor of the last hour.
 */
export async function getSummary(run: RunStatement, timeZone: string, at?: Date): Promise<Summary> {
  const now = at ?? (await getDatabaseTime(run));
  const [sums, recent] = await Promise.all([getSums(run), getRecent(run, timeZone, now)]);
  // Of two statements, the one that ran later may have seen more visits. The sum was this large in between.
  const visits = [sums.visits, recent.today, recent.lastHour].map(BigInt).reduce((a, b) => (a > b ? a : b));
  return { ...sums, ...recent, visits: String(visits) };
}

async function getRecent(
  run: RunStatement,
  timeZone: string,
  now: Date,
): Promise<Pick<Summary, 'today' | 'lastHour'>> {
  const { starts } = listHistorySlots({ interval: 'day', timeZone, since: now, until: new Date(+now + 1) });
  const midnight = starts[0] ?? now;
  const hourAgo = new Date(now.getTime() - hour);
  const isMidnightFirst = midnight < hourAgo;
  const [before, after] = await countBetween(
    run,
    isMidnightFirst ? [midnight, hourAgo, now] : [hourAgo, midnight, now],
  );
  const both = String(BigInt(before ?? 0) + BigInt(after ?? 0));
  return {
    today: isMidnightFirst ? both : (after ?? '0'),
    lastHour: isMidnightFirst ? (after ?? '0') : both,
  };
}

/** Sums up the visits of all visitors, and the visitors. */
export async function getSums(run: RunStatement): Promise<Pick<Summary, 'visits' | 'visitors'>> {
  const [sums] = await run<Pick<Summary, 'visits' | 'visitors'>>(sumUp, []);
  return sums ?? { visits: '0', visitors: '0' };
}
