import { useState } from 'preact/hooks';
import { Bars } from './bars';
import { createIntervalFormat, formatCount, formatVisits } from './chart-texts';
import { findRunningBar, type History } from './history';
import { chartRanges, type ChartRange } from './ranges';
import { viewerZone } from './viewer';

/** What the chart shows. */
export interface HistoryChartProps {
  readonly range: ChartRange;
  readonly history: History;
  readonly onRange: (range: ChartRange) => void;
}

/** Visits over time as bars, with a range switch above and the same figures as a table below. */
export function HistoryChart({ range, history, onRange }: HistoryChartProps) {
  const [pointed, setPointed] = useState<number>();
  const point = history.points[pointed ?? -1];
  const name = createIntervalFormat(history.interval);
  const total = history.points.reduce((sum, { visits }) => sum + visits, 0);
  return (
    <>
      <RangeSwitch range={range} onRange={onRange} />
      <p class="readout">
        <strong>{formatVisits(point?.visits ?? total)}</strong> {point ? name.full(point) : range.words}
        {point && pointed === findRunningBar(history.points) ? ', so far' : ''}
      </p>
      <Bars history={history} label={`Visits per ${history.interval} ${range.words}`} onPoint={setPointed} />
      <p class="hint">
        Times in {viewerZone}. The lighter bar is the {history.interval} that is not over.
      </p>
      <details>
        <summary>Show as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Visits</th>
            </tr>
          </thead>
          <tbody>
            {history.points.map((bar) => (
              <tr key={bar.start.getTime()}>
                <th scope="row">{name.full(bar)}</th>
                <td class="count">{formatCount(bar.visits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function RangeSwitch({ range, onRange }: Pick<HistoryChartProps, 'range' | 'onRange'>) {
  return (
    <fieldset class="ranges">
      <legend class="unseen">Range of the chart</legend>
      {chartRanges.map((offered) => (
        <label key={offered.key}>
          <input
            type="radio"
            name="chart-range"
            value={offered.key}
            checked={offered.key === range.key}
            onChange={() => onRange(offered)}
          />
          <span>{offered.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
