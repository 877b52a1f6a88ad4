import { DomainError } from '../../shared/domain-error';
import { firstMoment } from '../../shared/moments';
import { maxHistoryPoints, type HistoryInterval } from './history';
import { createZoneClock } from './zone-clock';

/** The span whose slots are wanted. */
export interface SlotRequest {
  readonly interval: HistoryInterval;
  /** An IANA time zone that `Intl` knows. */
  readonly timeZone: string;
  /** Undefined: as far back as the usual number of slots reaches. */
  readonly since: Date | undefined;
  readonly until: Date;
}

/** Where the points of a history begin, and where the history itself does. */
export interface HistorySlots {
  readonly since: Date;
  /** In order. The first is `since` or earlier. Empty if the span is. */
  readonly starts: readonly Date[];
}

type RepeatedInterval = Exclude<HistoryInterval, 'all'>;

/** Points of a history without `since`: a day of hours, a month of days, a year of weeks or months. */
const usualPoints: Record<RepeatedInterval, number> = { hour: 24, day: 30, week: 53, month: 12 };

const hour = 3_600_000;
const day = 24 * hour;
const longestMs: Record<RepeatedInterval, number> = {
  hour: 1.5 * hour,
  day: 25 * hour,
  week: 7 * day + hour,
  month: 31 * day + hour,
};

/**
 * Lists the starts of the points of a history, true to the clock changes of the zone. Days and longer follow the local
 * calendar; hours follow real time.
 * @throws {DomainError} `too-many-points`.
 */
export function listHistorySlots({ interval, ...span }: SlotRequest): HistorySlots {
  if (interval !== 'all') return listRepeatedSlots(interval, span);
  const { since = firstMoment, until } = span;
  return { since, starts: since < until ? [since] : [] };
}

function listRepeatedSlots(
  interval: RepeatedInterval,
  { timeZone, since, until }: Omit<SlotRequest, 'interval'>,
): HistorySlots {
  const end = until.getTime();
  const longest = longestMs[interval];
  if (since && end - since.getTime() > maxHistoryPoints * longest) throw createTooManyPoints();
  const earliest = since?.getTime() ?? end - usualPoints[interval] * longest;
  const clock = createZoneClock(timeZone, earliest - 2 * longest, end);
  const startOf = (instant: number): number =>
    interval === 'hour'
      ? clock.startOfHour(instant)
      : clock.toInstant(startOfLocal(interval, clock.toLocal(instant)));
  const next = (start: number): number =>
    interval === 'hour'
      ? clock.nextHour(start)
      : clock.toInstant(addLocal(interval, startOfLocal(interval, clock.toLocal(start)), 1));

  const first = since ? startOf(since.getTime()) : findUsualStart();
  const starts: Date[] = [];
  for (let start = first; start < end; start = next(start)) {
    if (starts.length === maxHistoryPoints) throw createTooManyPoints();
    starts.push(new Date(start));
  }
  return { since: since ?? new Date(first), starts };

  function findUsualStart(): number {
    const steps = usualPoints[interval] - 1;
    if (interval === 'hour') {
      let start = startOf(end - 1);
      for (let step = 0; step < steps; step += 1) start = startOf(start - 1);
      return start;
    }
    return clock.toInstant(addLocal(interval, startOfLocal(interval, clock.toLocal(end - 1)), -steps));
  }
}

/** Returns the start of the local day, week (from Monday) or month that holds a local time. */
function startOfLocal(interval: Exclude<RepeatedInterval, 'hour'>, local: number): number {
  const midnight = Math.floor(local / day) * day;
  const date = new Date(midnight);
  if (interval === 'month') return midnight - (date.getUTCDate() - 1) * day;
  return interval === 'week' ? midnight - ((date.getUTCDay() + 6) % 7) * day : midnight;
}

function addLocal(interval: Exclude<RepeatedInterval, 'hour'>, local: number, steps: number): number {
  if (interval !== 'month') return local + steps * (interval === 'week' ? 7 : 1) * day;
  const date = new Date(local);
  return date.setUTCMonth(date.getUTCMonth() + steps);
}

function createTooManyPoints(): DomainError {
  return new DomainError(
    'too-many-points',
    `The history has more than ${maxHistoryPoints} points. Ask for a longer interval or a shorter span.`,
  );
}
