/** The lengths of the points of a history. A week begins on Monday. */
export const historyIntervals = ['hour', 'day', 'week', 'month'] as const;

/** The length of the points of a history. */
export type HistoryInterval = (typeof historyIntervals)[number];

/** The most points that a history holds. */
export const maxHistoryPoints = 2000;

/** Which history is wanted. */
export interface HistoryRequest {
  readonly interval: HistoryInterval;
  /** An IANA time zone that `Intl` knows. */
  readonly timeZone: string;
  /** Undefined: as far back as the usual number of points of this interval reaches. */
  readonly since: Date | undefined;
  /** Undefined: now, by the clock of the database. */
  readonly until: Date | undefined;
}

/** One point: the visits from `start` (or `since`, if that is later) to the start of the next. */
export interface HistoryPoint {
  readonly start: Date;
  /** A bigint, as a string. */
  readonly visits: string;
}

/** A history without gaps; the visits of its points are all visits with `since <= visited_at < until`. */
export interface History {
  readonly since: Date;
  readonly until: Date;
  readonly points: readonly HistoryPoint[];
}
