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
  /** The range in the words of a sentence. */
  readonly words: string;
  readonly points: readonly HistoryPoint[];
  /** The bar that is not over; -1 if there is none. */
  readonly running: number;
}

interface ChartData extends Pick<History, 'interval' | 'words' | 'running'> {
  readonly points: readonly (readonly [start: number, visits: number])[];
  readonly before: number;
  readonly ahead: number;
}

/**
 * Reads the data of the chart from the page. Visits before 1970, and those that an import dated ahead of the database's
 * clock, have a bar each.
 */
export function readHistory(): History | undefined {
  const json = document.getElementById('history')?.dataset['history'];
  if (json === undefined) return undefined;
  const { before, ahead, running, points, ...data } = JSON.parse(json) as ChartData;
  const earlier = showBeside(points[0]?.[0], before, { full: 'Before 1970', short: '< 1970' });
  return {
    ...data,
    running: running < 0 ? running : running + earlier.length,
    points: [
      ...earlier,
      ...points.map(([start, visits]) => ({ start: new Date(start), visits })),
      ...showBeside(points.at(-1)?.[0], ahead, { full: 'Dated ahead', short: '> now' }),
    ],
  };
}

function showBeside(
  at: number | undefined,
  visits: number,
  label: NonNullable<HistoryPoint['label']>,
): HistoryPoint[] {
  // A start of its own is the key of its bar.
  const isEarlier = label.short.startsWith('<');
  return visits > 0 ? [{ start: new Date((at ?? 0) + (isEarlier ? -1 : 1)), visits, label }] : [];
}
