import { render } from 'preact';
import { HistoryChart } from './history-chart';
import { readHistory } from './history';

/** Draws the chart of the page from its data, if it has one. Later calls update it. */
export function drawChart(): void {
  const place = document.getElementById('chart');
  const history = readHistory();
  if (!place || !history) return;
  // What is shown without a script.
  place.querySelector('noscript')?.remove();
  render(<HistoryChart history={history} />, place);
}
