import { nice, ticks } from 'd3-array';
import type { HistoryPoint } from './history';

const height = 240;
const top = 8;
const axisHeight = 28;
const axisWidth = 44;
const widestBar = 40;
const tickCount = 4;

/** The layout of a chart, in CSS pixels from its upper left corner. */
export interface Scale {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  /** The distance from the top of the plot to the base line. */
  readonly depth: number;
  /** The width of the labels to the left of the plot. */
  readonly axisWidth: number;
  /** The width of a bar with its gap. */
  readonly band: number;
  readonly radius: number;
  /** The counts with a grid line. */
  readonly ticks: readonly number[];
  left(index: number): number;
  center(index: number): number;
  y(visits: number): number;
  bar(index: number): { x: number; y: number; width: number; height: number };
}

/** Lays out bars on an axis from zero to a round number, at least the largest count. */
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
      // A single visit among thousands stays visible.
      const tall = visits === 0 ? 0 : Math.max(2, top + depth - y(visits));
      return { x: left(index) + (band - barWidth) / 2, y: top + depth - tall, width: barWidth, height: tall };
    },
  };
}
