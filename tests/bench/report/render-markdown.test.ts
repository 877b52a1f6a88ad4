import { renderMarkdown } from '../../../bench/report/render-markdown';
import type { BenchReport } from '../../../bench/report/report';

function renderPeaks(peakMemoryMiB: readonly (number | null)[]): string {
  const medianMs = { list: [4, 2, 3], top: [4], visitor: [1], record: [0.5], groupBy: [30] };
  const report: BenchReport = {
    ...{ date: '2026-01-01T00:00:00.000Z', node: '', postgres: '', revision: null, options: { rounds: 3 } },
    machine: { cpu: '', cores: 2, memoryGiB: 4 },
    durability: { fsync: 'on', synchronousCommit: 'on' },
    ...{ figures: [], workloads: [], growth: [{ events: 10_000, medianMs, peakMemoryMiB }] },
  };
  return renderMarkdown(report);
}

it('shows median latencies and the highest peak memory of a length of the log', () => {
  const markdown = renderPeaks([131.2, 140.7, 129]);
  expect(markdown).toContain('| record | group-by over the log | peak MiB |');
  expect(markdown).toContain('| 10,000 | 3 ms | 4 ms | 1 ms | 0.5 ms | 30 ms | 141 |');
});

it('shows a dash if the peak memory is not known', () => {
  expect(renderPeaks([null, null, null])).toContain('| 30 ms | – |');
});
