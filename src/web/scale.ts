import { nice, ticks } from 'd3-array';
import type { HistoryPoint } from './history';

const height = 240;
const top = 8;
const axisHeight = 28;
const axisWidth = 44;
const widestBar = 40;
const tickCount = 4;

/** Where things stand in a chart, in CSS pixels from its upper left corner. */
export interface Scale {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  /** From the top of the plot to its base line. */
  readonly depth: number;
  /** Where the plot begins, to the right of the numbers. */
  readonly axisWidth: number;
  /** The width that each bar has for itself and its gap. */
  readonly band: number;
  readonly radius: number;
  /** The counts that have a line of their own. */
  readonly ticks: readonly number[];
  left(index: number): number;
  center(index: number): number;
  y(visits: number): number;
  bar(index: number): { x: number; y: number; width: number; height: number };
}

/** Lays out bars from zero to a round number above the largest. */
export function createScale(points: readonly HistoryPoint[], width: number): Scale {
  const [, most] = nice(0, Math.max(1, ...points.map(({ visits }) => visits)), tickCount);
  const depth = height - top - axisHeight;
  const band = Math.max(0, width - axisWidth) / Math.max(1, points.length);
  const barWidth = Math.min(widestBar, band > 4 ? band * 0.8 : band);
  const left = (index: number): number => axisWidth + index * band;
  const y = (visits: number): number => top + depth * (1 - visits / most);
  return {
    width,
    height,
    top,
    depth,
    axisWidth,
    band,
    radius: Math.min(3, barWidth / 4),
    ticks: ticks(0, most, tickCount).filter(Number.isInteger),
    left,
    center: (index) => left(index) + band / 2,
    y,
    bar: (index) => {
      const visits = points[index]?.visits ?? 0;
      // One visit among thousands is still to be seen.
      const tall = visits === 0 ? 0 : Math.max(2, top + depth - y(visits));
      return { x: left(index) + (band - barWidth) / 2, y: top + depth - tall, width: barWidth, height: tall };
    },
  };
}
