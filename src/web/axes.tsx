import { formatCount, formatTick } from './chart-texts';
import type { HistoryPoint } from './history';
import type { Scale } from './scale';

const labelWidth = 64;

/** What the axes show. */
export interface AxesProps {
  readonly scale: Scale;
  readonly points: readonly HistoryPoint[];
  readonly format: (point: HistoryPoint) => string;
}

/** Draws grid lines with their counts, and below as many times as fit. */
export function Axes({ scale, points, format }: AxesProps) {
  const { ticks, width, axisWidth, top, depth, band } = scale;
  const every = Math.max(1, Math.ceil(labelWidth / Math.max(1, band)));
  const labelled = points
    .map((point, index) => ({ point, index }))
    .filter(({ index }) => index % every === 0 && scale.center(index) + labelWidth / 2 <= width);
  return (
    <g class="axes" aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 ? 'base' : 'grid'}
            x1={axisWidth}
            x2={width}
            y1={scale.y(tick)}
            y2={scale.y(tick)}
          />
          <text x={axisWidth - 8} y={scale.y(tick)} dy="0.32em" text-anchor="end">
            <title>{formatCount(tick)}</title>
            {formatTick(tick)}
          </text>
        </g>
      ))}
      {labelled.map(({ point, index }) => (
        <text key={point.start.getTime()} x={scale.center(index)} y={top + depth + 20} text-anchor="middle">
          {format(point)}
        </text>
      ))}
    </g>
  );
}
