import { Temporal } from 'temporal-polyfill';

/** A span in which a zone's clocks do not change. All times are in milliseconds since 1970. */
interface Offset {
  readonly from: number;
  readonly until: number;
  /** Local time less UTC. */
  readonly ms: number;
}

/** The clock of a time zone over a span of time. Local times are milliseconds, as if the zone were UTC. */
export interface ZoneClock {
  toLocal(instant: number): number;
  /**
   * Returns the first instant at which the clock shows the local time or a later one: at a time that comes twice, the
   * first of them; at a time that is left out, the change itself.
   */
  toInstant(local: number): number;
  /** Returns the start of the local hour that holds the instant. An hour that comes twice is two hours. */
  startOfHour(instant: number): number;
  /** Returns the start of the local hour after the one that holds the instant. */
  nextHour(instant: number): number;
}

const hour = 3_600_000;
const hourOf = (local: number): number => Math.floor(local / hour);

/**
 * Creates the clock of an IANA zone for instants from `from` to `until`. It uses the zone database of Node, so that
 * the service has one and not two.
 * @throws {RangeError} if Node does not know the zone.
 */
export function createZoneClock(timeZone: string, from: number, until: number): ZoneClock {
  const offsets = listOffsets(timeZone, from, until);
  const find = (instant: number): Offset => {
    const offset = offsets.find(({ until: end }) => instant < end);
    if (!offset) throw new RangeError('the last offset has no end');
    return offset;
  };

  const toLocal = (instant: number): number => instant + find(instant).ms;
  // A change of less than an hour may end up in the same hour, which then goes on.
  const startsHour = (change: number): boolean => {
    const local = toLocal(change);
    return local % hour === 0 || hourOf(local) !== hourOf(toLocal(change - 1));
  };
  const startOfHour = (instant: number): number => {
    const offset = find(instant);
    const start = hourOf(instant + offset.ms) * hour - offset.ms;
    if (start >= offset.from) return start;
    return startsHour(offset.from) ? offset.from : startOfHour(offset.from - 1);
  };
  const nextHour = (instant: number): number => {
    const offset = find(instant);
    const next = (hourOf(instant + offset.ms) + 1) * hour - offset.ms;
    if (next < offset.until) return next;
    return startsHour(offset.until) ? offset.until : nextHour(offset.until);
  };
  return {
    toLocal,
    toInstant(local) {
      for (const offset of offsets) {
        const instant = Math.max(offset.from, local - offset.ms);
        if (instant < offset.until) return instant;
      }
      throw new RangeError('the local time is outside the span of this clock');
    },
    startOfHour,
    nextHour,
  };
}

/** Whether this process knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function listOffsets(timeZone: string, from: number, until: number): Offset[] {
  const offsets: Offset[] = [];
  let start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  let isFirst = true;
  for (;;) {
    const change = start.getTimeZoneTransition('next');
    const end = change?.epochMilliseconds ?? Infinity;
    offsets.push({
      from: isFirst ? -Infinity : start.epochMilliseconds,
      until: end > until ? Infinity : end,
      ms: start.offsetNanoseconds / 1e6,
    });
    if (!change || end > until) return offsets;
    isFirst = false;
    start = change;
  }
}
