import type { ContenderName } from '../contenders/contender';
import type { WorkloadName } from '../workloads/workloads';
import { renderPlot } from './render-plot';
import type { BenchReport, ContenderResult, WorkloadResult } from './report';
import { takeMedian } from './select-runs';
import { createElement, createText, type SvgNode } from './svg';

const width = 760;
const top = 84;
const rowHeight = 24;
const headingHeight = 30;
const gap = 16;
const bars = { left: 260, longest: 400 };

const shades: Partial<Record<ContenderName, string>> = {
  footfall: 'own',
  'two-processes': 'kin',
  crowd: 'kin',
  unbatched: 'kin',
};

// What most requests are. A plot of all workloads would be taller than a screen.
const plotted: readonly WorkloadName[] = ['record-hot', 'record-zipf', 'badge', 'one-visitor', 'list-25'];

/**
 * Renders requests per second of all contenders as bars; each workload has its own scale.
 * @returns undefined if none of the workloads that are plotted was run
 */
export function renderThroughput({ workloads, machine, date }: BenchReport): string | undefined {
  const shown = workloads.filter(({ name }) => plotted.includes(name));
  if (shown.length === 0) return undefined;
  let y = top;
  const content = shown.flatMap((workload) => {
    const panel = renderPanel(workload, y);
    y += headingHeight + workload.contenders.length * rowHeight + gap;
    return panel;
  });
  return renderPlot({
    title: 'Acknowledged requests a second',
    subtitle: `${machine.cpu}, ${machine.cores} cores for load, service and database; ${date.slice(0, 10)}`,
    width,
    height: y,
    content,
  });
}

function renderPanel({ title, contenders }: WorkloadResult, y: number): SvgNode[] {
  const values = contenders.map(({ rounds }) => takeMedian(rounds, ({ perSecond }) => perSecond) ?? 0);
  const largest = Math.max(...values, 1);
  return [
    createText(title, { x: 20, y: y + 14 }, 'heading'),
    ...contenders.flatMap((contender, row) =>
      renderBar(contender, values[row] ?? 0, largest, y + headingHeight + row * rowHeight),
    ),
  ];
}

function renderBar({ name, title }: ContenderResult, value: number, largest: number, y: number): SvgNode[] {
  const length = Math.max((value / largest) * bars.longest, 1);
  const baseline = y + 13;
  return [
    createText(
      title,
      { x: bars.left - 10, y: baseline, anchor: 'end' },
      name === 'footfall' ? 'heading' : 'text',
    ),
    createElement('rect', {
      x: bars.left,
      y,
      width: length,
      height: rowHeight - 7,
      class: shades[name] ?? 'other',
    }),
    createText(Math.round(value).toLocaleString('en'), { x: bars.left + length + 8, y: baseline }, 'muted'),
  ];
}
