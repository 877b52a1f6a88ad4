import { renderMarkdown } from '../../../bench/report/render-markdown';
import type { BenchReport } from '../../../bench/report/report';

function renderPeaks(peakMemoryMiB: readonly (number | null)[]): string {
  const medianMs = { list: [4, 2, 3], top: [4], visitor: [1], record: [0.5], groupBy: [30] };
  const report: BenchReport = {
    ...{ date: '2026-01-01T00:00:00.000Z', node: '', postgres: '', revision: null, options: { rounds: 3 } },
    machine: { cpu: '', cores: 2, memoryGiB: 4 },
    durability: { fsync: 'on', synchronousCommit: 'on' },
    ...{ figures: [], workloads: [] },
    growth: [
      {
        name: 'growth',
        title: 'growth',
        unit: 'events',
        stages: [{ size: 10_000, medianMs, peakMemoryMiB }],
      },
    ],
  };
  return renderMarkdown(report);
}

it('shows median latencies and the highest peak memory of a length of the log', () => {
  const markdown = renderPeaks([131.2, 140.7, 129]);
  for (const row of [
    'median ms | 10,000 events',
    'list | 3',
    'one visitor | 1',
    'record | 0.5',
    'peak MiB | 141',
  ]) {
    expect(markdown).toContain(`| ${row} |`);
  }
});

it('shows a dash if the peak memory is not known', () => {
  expect(renderPeaks([null, null, null])).toContain('| peak MiB | – |');
});
