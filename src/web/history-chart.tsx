import { useState } from 'preact/hooks';
import { Bars } from './bars';
import { createIntervalFormat, formatCount, formatVisits } from './chart-texts';
import type { History } from './history';
import { viewerZone } from './viewer';

/** What the chart shows. */
export interface HistoryChartProps {
  readonly history: History;
}

/** Visits over time as bars, with the same figures as a table below. */
export function HistoryChart({ history }: HistoryChartProps) {
  const [pointed, setPointed] = useState<number>();
  const point = history.points[pointed ?? -1];
  const name = createIntervalFormat(history.interval);
  const total = history.points.reduce((sum, { visits }) => sum + visits, 0);
  return (
    <>
      <p class="readout">
        <strong>{formatVisits(point?.visits ?? total)}</strong> {point ? name.full(point) : history.words}
        {point && pointed === history.running ? ', so far' : ''}
      </p>
      <Bars
        history={history}
        label={`Visits per ${history.interval} ${history.words}`}
        onPoint={setPointed}
      />
      <p class="hint">
        Times in {viewerZone}.
        {history.running >= 0 && ` The lighter bar is the ${history.interval} that is not over.`}
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
