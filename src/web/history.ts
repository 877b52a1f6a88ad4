/** The lengths of a bar. */
export type HistoryInterval = 'hour' | 'day' | 'week' | 'month';

/** One bar: the visits from `start` to the start of the next. */
export interface HistoryPoint {
  readonly start: Date;
  readonly visits: number;
}

/** What a chart shows, in the viewer's zone. */
export interface History {
  readonly interval: HistoryInterval;
  readonly points: readonly HistoryPoint[];
}
