import type { RunStatement } from '../../shared/statement';
import { countBetween } from './count-between';
import type { HistoryInterval, HistoryPoint } from './history';
import { listHistorySlots } from './history-slots';
import type { ResolvedRange, Span } from './range';

/** The visits of a range over time. Bigints are text. */
export interface RangeHistory extends Span {
  readonly interval: Exclude<HistoryInterval, 'all'>;
  readonly points: readonly HistoryPoint[];
  /** Visits before the points, and those that are dated after now: only of the range of all visits. */
  readonly before: string;
  readonly ahead: string;
  /** The visits of the range. */
  readonly visits: string;
  /** The visits of the period before; undefined if the range has none. */
  readonly previous: string | undefined;
}

// Few enough months for one chart. Older visits are counted together.
const longAgo = new Date(Date.UTC(1970, 0, 1));
const firstMoment = new Date('0001-01-01T00:00:00Z');
const lastMoment = new Date('9999-12-31T23:59:59.999Z');

/** Reads the visits of a range and of the period before, of one visitor or of all, in one snapshot. */
export async function getRangeHistory(
  run: RunStatement,
  { interval, since, until, starts, previous }: ResolvedRange,
  visitorId: string | undefined,
): Promise<RangeHistory> {
  const before = previous ? [previous.since, previous.until] : [];
  const counted = await countBetween(run, [...before, since, ...starts.slice(1), until], visitorId);
  const points = toPoints(starts, counted.slice(before.length));
  return {
    interval,
    since,
    until,
    points,
    before: '0',
    ahead: '0',
    visits: addUp(points),
    previous: previous && (counted[0] ?? '0'),
  };
}

/**
 * Reads all visits over time, from the first one on: by day up to three months, by week up to two years, and by month
 * beyond.
 */
export async function getWholeHistory(
  run: RunStatement,
  timeZone: string,
  now: Date,
  visitorId: string | undefined,
): Promise<RangeHistory> {
  const { starts } = listHistorySlots({ interval: 'month', timeZone, since: longAgo, until: now });
  const counted = await countBetween(
    run,
    [firstMoment, longAgo, ...starts.slice(1), now, lastMoment],
    visitorId,
  );
  const [before = '0', ahead = '0'] = [counted[0], counted.at(-1)];
  const months = dropLeadingZeros(toPoints([longAgo, ...starts.slice(1)], counted.slice(1, -1)));
  const interval = chooseInterval(months.length);
  const points = interval === 'month' ? months : await refine(interval);
  const since = points[0]?.start ?? now;
  const visits = String(BigInt(addUp(points)) + BigInt(before) + BigInt(ahead));
  return { interval, since, until: now, points, before, ahead, visits, previous: undefined };

  async function refine(finer: 'day' | 'week'): Promise<HistoryPoint[]> {
    const slots = listHistorySlots({ interval: finer, timeZone, since: months[0]?.start, until: now });
    const counts = await countBetween(run, [slots.since, ...slots.starts.slice(1), now], visitorId);
    return dropLeadingZeros(toPoints(slots.starts, counts));
  }
}

/** Sums up points. */
export function addUp(points: readonly HistoryPoint[]): string {
  return String(points.reduce((sum, { visits }) => sum + BigInt(visits), 0n));
}

function chooseInterval(months: number): 'day' | 'week' | 'month' {
  if (months > 24) return 'month';
  return months > 3 ? 'week' : 'day';
}

function toPoints(starts: readonly Date[], counts: readonly string[]): HistoryPoint[] {
  return starts.map((start, index) => ({ start, visits: counts[index] ?? '0' }));
}

function dropLeadingZeros(points: HistoryPoint[]): HistoryPoint[] {
  const first = points.findIndex(({ visits }) => visits !== '0');
  return first === -1 ? points.slice(-1) : points.slice(first);
}
