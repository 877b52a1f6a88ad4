import type { Temporal } from 'temporal-polyfill';
import { firstMoment, lastMoment } from '../../shared/moments';
import type { RunStatement } from '../../shared/statement';
import { countBetween } from './count-between';
import type { HistoryInterval, HistoryPoint } from './history';
import { listHistorySlots } from './history-slots';
import { findToday, mostDays, startOf, type ResolvedRange, type Span } from './range';

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

/** Reads all visits over time, from the first one on, with points as long as those of own dates from then on. */
export async function getWholeHistory(
  run: RunStatement,
  timeZone: string,
  now: Date,
  visitorId: string | undefined,
): Promise<RangeHistory> {
  const beginnings = listBeginnings(timeZone, now);
  const bounds = beginnings.map(({ since }) => since);
  const counted = await countBetween(run, [firstMoment, ...bounds, now, lastMoment], visitorId);
  const [before = '0', ahead = '0'] = [counted[0], counted.at(-1)];
  const first = counted.slice(1, -1).findIndex((visits) => visits !== '0');
  // Without a visit, `first` is -1: the last one.
  const { since, interval } = beginnings.at(first) ?? earliest;
  const slots = listHistorySlots({ interval, timeZone, since, until: now });
  const counts = await countBetween(run, [since, ...slots.starts.slice(1), now], visitorId);
  // The month of `longAgo` may begin before it.
  const starts = interval === 'month' ? [since, ...slots.starts.slice(1)] : slots.starts;
  const points = dropLeadingZeros(toPoints(starts, counts));
  const visits = String(BigInt(addUp(points)) + BigInt(before) + BigInt(ahead));
  return {
    interval,
    since: points[0]?.start ?? now,
    until: now,
    points,
    before,
    ahead,
    visits,
    previous: undefined,
  };
}

/** Sums up points. */
export function addUp(points: readonly HistoryPoint[]): string {
  return String(points.reduce((sum, { visits }) => sum + BigInt(visits), 0n));
}

/** Where points may begin, and how long they are then. */
type Beginning = Pick<RangeHistory, 'since' | 'interval'>;

const earliest: Beginning = { since: longAgo, interval: 'month' };

/**
 * Lists where the points of all visits may begin, the earliest first. A few long spans between them tell how far back the
 * points must reach; points for all months since 1970 would cost more.
 */
function listBeginnings(timeZone: string, now: Date): Beginning[] {
  const today = findToday(timeZone, now);
  const begin = (interval: Beginning['interval'], date: Temporal.PlainDate): Beginning => ({
    since: startOf(date, timeZone),
    interval,
  });
  const beginnings = (['week', 'day'] as const).map((interval) =>
    begin(interval, today.subtract({ days: mostDays[interval] - 1 })),
  );
  for (let months = 48; ; months *= 2) {
    const older = begin('month', today.with({ day: 1 }).subtract({ months }));
    if (older.since <= longAgo) return [earliest, ...beginnings];
    beginnings.unshift(older);
  }
}

function toPoints(starts: readonly Date[], counts: readonly string[]): HistoryPoint[] {
  return starts.map((start, index) => ({ start, visits: counts[index] ?? '0' }));
}

function dropLeadingZeros(points: HistoryPoint[]): HistoryPoint[] {
  const first = points.findIndex(({ visits }) => visits !== '0');
  return first === -1 ? points.slice(-1) : points.slice(first);
}
