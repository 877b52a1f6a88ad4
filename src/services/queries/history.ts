/** The intervals of a history. A week begins on Monday; `all` is the whole span. */
export const historyIntervals = ['hour', 'day', 'week', 'month', 'all'] as const;

/** The interval of a history. */
export type HistoryInterval = (typeof historyIntervals)[number];

/** The most points in a history. */
export const maxHistoryPoints = 2000;

/** Which history to read. */
export interface HistoryRequest {
  readonly interval: HistoryInterval;
  /** An IANA time zone that `Intl` knows. */
  readonly timeZone: string;
  /** Undefined: as far back as the usual number of points of this interval reaches. */
  readonly since: Date | undefined;
  /** Undefined: now, by the clock of the database. */
  readonly until: Date | undefined;
}

/** One point: the visits from `start` (or `since`, if later) until the start of the next point. */
export interface HistoryPoint {
  readonly start: Date;
  /** A bigint, as a string. */
  readonly visits: string;
}

/** A history without gaps. Its points hold all visits with `since <= visited_at < until`. */
export interface History {
  readonly since: Date;
  readonly until: Date;
  readonly points: readonly HistoryPoint[];
}
