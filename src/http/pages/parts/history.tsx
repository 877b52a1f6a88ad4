import { useToPath } from '../use-to-path';

/** The data of the chart. Times are milliseconds since 1970. */
export interface ChartData {
  readonly interval: 'hour' | 'day' | 'week' | 'month';
  /** The range in the words of a sentence. */
  readonly words: string;
  /** The start and the visits of each bar. */
  readonly points: readonly (readonly [start: number, visits: number])[];
  /** The bar that is not over; -1 if there is none. */
  readonly running: number;
  /** Visits before the first bar, and those that are dated after the last one. */
  readonly before: number;
  readonly ahead: number;
}

/** The chart and where to read its figures without a script. */
export interface HistoryProps {
  readonly data: ChartData;
  readonly source: string;
}

/** The place of the chart. A script draws the data into the inner element and owns it from then on. */
export function History({ data, source }: HistoryProps) {
  const toPath = useToPath();
  return (
    <section id="history" class="panel" aria-labelledby="history-title" data-history={JSON.stringify(data)}>
      <h2 id="history-title">Visits over time</h2>
      <div id="chart" class="chart" data-own>
        <noscript>
          <p class="hint">
            The chart needs JavaScript. The same figures are at{' '}
            <a href={toPath(source)}>{toPath(source).replace(/\?.*/, '')}</a>.
          </p>
        </noscript>
      </div>
    </section>
  );
}
