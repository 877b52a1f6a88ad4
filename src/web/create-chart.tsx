import { render } from 'preact';
import { HistoryChart } from './history-chart';
import type { History } from './history';
import type { ChartRange } from './ranges';

/** A chart on the page. */
export interface Chart {
  /** The path that its figures come from. */
  readonly source: string;
  show(range: ChartRange, history: History): void;
}

/**
 * Takes the place of a chart over, if this page has one.
 * @param onRange told when the viewer asks for another range.
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
