/** The length of a bar. */
export type HistoryInterval = 'hour' | 'day' | 'week' | 'month';

/** One bar: the visits from `start` until the start of the next bar. */
export interface HistoryPoint {
  readonly start: Date;
  readonly visits: number;
}

/** The data of a chart, in the viewer's time zone. */
export interface History {
  readonly interval: HistoryInterval;
  readonly points: readonly HistoryPoint[];
}
