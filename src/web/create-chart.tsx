import { render } from 'preact';
import { HistoryChart } from './history-chart';
import type { History } from './history';
import type { ChartRange } from './ranges';

/** The chart of the page. */
export interface Chart {
  /** The path of its data. */
  readonly source: string;
  show(range: ChartRange, history: History): void;
}

/**
 * Creates the chart, if the page has a place for one.
 * @param onRange called when the viewer selects another range.
 */
export function createChart(onRange: (range: ChartRange) => void): Chart | undefined {
  const place = document.getElementById('chart');
  const source = place?.dataset['source'];
  if (!place || source === undefined) return undefined;
  place.replaceChildren();
  return {
    source,
    show: (range, history) => {
      render(<HistoryChart range={range} history={history} onRange={onRange} />, place);
    },
  };
}
