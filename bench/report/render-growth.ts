import { seriesTitles } from '../growth/growth-series';
import { getMedian, roundTo } from '../load/statistics';
import { renderPlot } from './render-plot';
import type { BenchReport, GrowthResult, GrowthSeries, GrowthStage } from './report';
import { createElement, createText, type SvgNode } from './svg';

const width = 760;
const height = 480;
const area = { left: 84, right: 505, top: 84, bottom: 420 };
const labelSpacing = 18;

interface Series {
  readonly name: GrowthSeries;
  readonly className: string;
  /** Distinguishes the lines without colour. */
  readonly dash: string;
}

const allSeries: readonly Series[] = [
  { name: 'groupBy', className: 'other', dash: '2 4' },
  { name: 'dashboard', className: 'own', dash: 'none' },
  { name: 'top', className: 'blue', dash: '8 4' },
  { name: 'historyDays', className: 'plum', dash: '12 3 2 3' },
  { name: 'record', className: 'rust', dash: '3 3 3 9' },
];

/** Plots latency against the length of the log, both on logarithmic axes. */
export function renderGrowth({ stages }: GrowthResult, { date, machine }: BenchReport): string {
  const longest = stages.at(-1);
  const events = stages.map(({ size }) => size);
  const latencies = stages.flatMap((stage) => allSeries.map(({ name }) => readMedian(stage, name)));
  const x = createScale(events, area.left, area.right);
  const y = createScale(latencies, area.bottom, area.top);
  const series = allSeries.map((one) => ({
    ...one,
    points: stages.map((stage) => [x.place(stage.size), y.place(readMedian(stage, one.name))] as const),
    last: longest && readMedian(longest, one.name),
  }));
  const labels = spreadLabels(series.map(({ points }) => points.at(-1)?.[1] ?? area.bottom));
  return renderPlot({
    title: 'Latency against the length of the log',
    subtitle: `Median, 1,000 visitors, one after another; ${machine.cpu}, ${date.slice(0, 10)}`,
    width,
    height,
    content: [
      ...y.decades.flatMap((value) =>
        renderRule(`${value.toLocaleString('en', { maximumFractionDigits: 3 })} ms`, y.place(value)),
      ),
      ...x.decades.flatMap((value) => renderColumn(value.toLocaleString('en'), x.place(value))),
      createText(
        'events in the log',
        { x: (area.left + area.right) / 2, y: area.bottom + 46, anchor: 'middle' },
        'muted',
      ),
      ...series.flatMap((one, index) => renderSeries(one, labels[index] ?? area.bottom)),
    ],
  });
}

function readMedian({ medianMs }: GrowthStage, name: GrowthSeries): number {
  return getMedian(medianMs[name] ?? []) ?? 1;
}

/** A logarithmic scale of whole decades, so that an axis begins and ends at a tick. */
function createScale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1);
  return {
    decades: Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n)),
    place: (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

function renderRule(label: string, y: number): SvgNode[] {
  return [
    createElement('line', { x1: area.left, x2: area.right, y1: y, y2: y, class: 'grid' }),
    createText(label, { x: area.left - 10, y: y + 4, anchor: 'end' }, 'muted'),
  ];
}

function renderColumn(label: string, x: number): SvgNode[] {
  return [
    createElement('line', { x1: x, x2: x, y1: area.top, y2: area.bottom, class: 'grid' }),
    createText(label, { x, y: area.bottom + 22, anchor: 'middle' }, 'muted'),
  ];
}

function renderSeries(
  series: Series & { points: readonly (readonly [number, number])[]; last: number | undefined },
  labelY: number,
): SvgNode[] {
  const { name, className, dash, points, last } = series;
  const title = seriesTitles[name];
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const label = last === undefined ? title : `${title}: ${roundTo(last, 3).toLocaleString('en')} ms`;
  const dots = points.map(([cx, cy]) => createElement('circle', { cx, cy, r: 3.5, class: className }));
  return [
    createElement('polyline', { points: path, class: `${className} line`, 'stroke-dasharray': dash }),
    ...dots,
    createElement('circle', { cx: area.right + 20, cy: labelY, r: 4, class: className }),
    createText(label, { x: area.right + 32, y: labelY + 4 }),
  ];
}

/** Moves labels down so that they do not overlap. Keeps their order. */
function spreadLabels(wanted: readonly number[]): number[] {
  const placed: number[] = [];
  let free = -Infinity;
  for (const index of wanted.map((_, n) => n).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))) {
    const y = Math.max(wanted[index] ?? 0, free);
    placed[index] = y;
    free = y + labelSpacing;
  }
  return placed;
}
