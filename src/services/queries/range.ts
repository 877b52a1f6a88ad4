import { Temporal } from 'temporal-polyfill';
import type { HistoryInterval } from './history';
import { listHistorySlots } from './history-slots';
import type { VisitWindow } from './visitor-page';

/** The ranges of a page by name. Days and weeks are those of the calendar, with the present one. */
export const rangeKeys = ['24h', '7d', '30d', '90d', '1y', 'all'] as const;

/** A range by its name. */
export type RangeKey = (typeof rangeKeys)[number];

/** Which range to read: by its name, or own dates of the calendar, both included. */
export type RangeRequest =
  | { readonly key: RangeKey }
  | {
      readonly from: string;
      /** Undefined: today. */
      readonly to: string | undefined;
    };

/** Both ends of a window. */
export type Span = { readonly [End in keyof VisitWindow]-?: Date };

/** A span, and where the points of its chart begin. */
export interface Chart extends Span {
  readonly starts: readonly Date[];
}

/** A range that was resolved by the clock of a zone. */
export interface ResolvedRange extends Chart {
  readonly interval: Exclude<HistoryInterval, 'all'>;
  /**
   * The period before: as many days, weeks or hours earlier, and as far as the span has passed. Undefined if the span
   * lies ahead.
   */
  readonly previous: Span | undefined;
}

/** The longest ranges whose points are days or weeks: any three months, and any two years. */
export const mostDays = { day: 92, week: 731 } as const;

type Length = { readonly hours: number } | { readonly days: number };

const lengths: Record<Exclude<RangeKey, 'all'>, readonly [ResolvedRange['interval'], Length]> = {
  '24h': ['hour', { hours: 24 }],
  '7d': ['day', { days: 7 }],
  '30d': ['day', { days: 30 }],
  '90d': ['day', { days: 90 }],
  '1y': ['week', { days: 53 * 7 }],
};

/**
 * Resolves a range by the clock of a zone.
 * @param now the end of the ranges by name.
 * @returns undefined for all visits.
 * @throws {DomainError} `too-many-points`.
 */
export function resolveRange(range: RangeRequest, timeZone: string, now: Date): ResolvedRange | undefined {
  if ('from' in range) return resolveDates(range, timeZone, now);
  if (range.key === 'all') return undefined;
  const [interval, length] = lengths[range.key];
  // Without a start, a history by hour or week has the points of its range.
  const given =
    interval === 'day' && 'days' in length
      ? startOf(findToday(timeZone, now).subtract({ days: length.days - 1 }), timeZone)
      : undefined;
  const { since, starts } = listHistorySlots({ interval, timeZone, since: given, until: now });
  return { interval, since, until: now, starts, previous: shift({ since, until: now }, length, timeZone) };
}

/** Returns a date of the calendar that the zone has at a moment. */
export function findDate(timeZone: string, at: Date): string {
  return toZoned(timeZone, at).toPlainDate().toString();
}

function resolveDates(
  dates: Extract<RangeRequest, { from: string }>,
  timeZone: string,
  now: Date,
): ResolvedRange {
  const from = Temporal.PlainDate.from(dates.from);
  const given = dates.to === undefined ? findToday(timeZone, now) : Temporal.PlainDate.from(dates.to);
  const to = Temporal.PlainDate.compare(given, from) < 0 ? from : given;
  const end = to.add({ days: 1 });
  const { days } = from.until(end, { largestUnit: 'days' });
  const [since, until] = [startOf(from, timeZone), startOf(end, timeZone)];
  const interval = chooseInterval(days);
  const { starts } = listHistorySlots({ interval, timeZone, since, until });
  const passed = { since, until: until < now ? until : now };
  const previous = since < now ? shift(passed, { days }, timeZone) : undefined;
  return { interval, since, until, starts, previous };
}

function chooseInterval(days: number): ResolvedRange['interval'] {
  if (days <= 2) return 'hour';
  if (days <= mostDays.day) return 'day';
  return days <= mostDays.week ? 'week' : 'month';
}

function shift({ since, until }: Span, length: Length, timeZone: string): Span {
  const earlier = (at: Date): Date => new Date(toZoned(timeZone, at).subtract(length).epochMilliseconds);
  // A clock that was put back since then must not let the periods overlap.
  const end = Math.min(earlier(until).getTime(), since.getTime());
  return { since: earlier(since), until: new Date(end) };
}

/** Returns the date of the calendar on which a zone's last moment before `now` lies. */
export function findToday(timeZone: string, now: Date): Temporal.PlainDate {
  return toZoned(timeZone, new Date(now.getTime() - 1)).toPlainDate();
}

/** Returns the first moment that a date of the calendar has in a zone. */
export function startOf(date: Temporal.PlainDate, timeZone: string): Date {
  return new Date(date.toZonedDateTime(timeZone).epochMilliseconds);
}

function toZoned(timeZone: string, at: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}
