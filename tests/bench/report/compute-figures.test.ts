import { computeFigures } from '../../../bench/report/compute-figures';
import type { RunResult, WorkloadResult } from '../../../bench/report/report';
import { createWorkloads } from '../../../bench/workloads/workloads';

function createRun(perSecond: number, p99Ms: number, difference = 0): RunResult {
  const count = { acknowledged: 100, listed: 100 + difference, logged: 100, difference, namesOff: 0 };
  return {
    ...{ sent: 100, acknowledged: 100, non2xx: 0, errors: 0, seconds: 1, perSecond, p50Ms: 1, p99Ms },
    peakMemoryMiB: [90, 120],
    count: { ...count, exact: difference === 0 },
  };
}

function createHot(footfall: readonly RunResult[], bare: readonly RunResult[]): WorkloadResult {
  const warmUp = createRun(1, 1);
  return {
    ...{ name: 'record-hot', title: '', connections: 64 },
    contenders: [
      { name: 'footfall', title: '', warmUp, rounds: footfall },
      { name: 'bare', title: '', warmUp, rounds: bare },
    ],
  };
}

function readFigure(title: RegExp, workload: WorkloadResult) {
  return computeFigures([workload], []).find((figure) => title.test(figure.title));
}

it('computes the median of the ratios of each round, not the ratio of medians', () => {
  const footfall = [createRun(100, 9), createRun(900, 9), createRun(50, 9)];
  const bare = [createRun(100, 9), createRun(1000, 9), createRun(10, 9)];
  expect(readFigure(/hot name ÷ bare.*requests/, createHot(footfall, bare))).toMatchObject({
    measured: 1,
    met: true,
    rounds: [1, 0.9, 5],
  });
});

it('distinguishes a missed target from a figure that was not measured', () => {
  const hot = createHot([createRun(100, 30)], [createRun(100, 10)]);
  expect(readFigure(/p99/, hot)).toMatchObject({ measured: 3, met: false });
  expect(readFigure(/Zipf/, hot)).toMatchObject({ measured: null, met: null });
});

it('compares latencies at the longest log with those at the shortest', () => {
  const stage = (events: number, ...record: number[]) => ({
    events,
    medianMs: { list: [1, 1], top: [1, 1], visitor: [1, 1], record, groupBy: [1, 1] },
    peakMemoryMiB: [130, 131],
  });
  const figures = computeFigures([], [stage(10_000, 2, 4), stage(10_000_000, 3, 4)]);
  expect(figures.find(({ title }) => title.startsWith('record at'))).toMatchObject({
    title: 'record at 10,000,000 ÷ at 10,000 events, median latency',
    target: { at: 'most', value: 1.3 },
    measured: 1.25,
    met: true,
    rounds: [1.5, 1],
  });
});

it('computes every figure from all workloads', () => {
  const runs = { warmUp: createRun(1, 1), rounds: [createRun(1, 1)] };
  const workloads = createWorkloads({ connections: 64, names: 100 }).map(({ contenders, ...workload }) => ({
    ...workload,
    contenders: contenders.map((name) => ({ name, title: '', ...runs })),
  }));
  const series = { list: [1], top: [1], visitor: [1], record: [1], groupBy: [1] };
  const figures = computeFigures(workloads, [{ events: 10_000, medianMs: series, peakMemoryMiB: [130] }]);
  expect(figures.filter(({ measured }) => measured === null)).toEqual([]);
});

it('reports the highest peak memory and the largest difference of all runs', () => {
  const hot = createHot([createRun(1, 1), createRun(1, 1, -2)], [createRun(1, 1)]);
  expect(readFigure(/memory/, hot)).toMatchObject({ measured: 120, met: true });
  expect(readFigure(/memory/, hot)).not.toHaveProperty('rounds');
  expect(readFigure(/acknowledged/, hot)).toMatchObject({ measured: 2, met: false });
});
