/** The length of a bar. */
export type HistoryInterval = 'hour' | 'day' | 'week' | 'month';

/** One bar: the visits from `start` until the start of the next bar. */
export interface HistoryPoint {
  readonly start: Date;
  readonly visits: number;
  /** The words for a bar that is not an interval of the axis. */
  readonly label?: { readonly full: string; readonly short: string };
}

/** The data of a chart, in the viewer's time zone. */
export interface History {
  readonly interval: HistoryInterval;
  readonly points: readonly HistoryPoint[];
}

/** Finds the bar of the interval that is not over. */
export function findRunningBar(points: readonly HistoryPoint[]): number {
  return points.findLastIndex(({ label }) => label === undefined);
}
