import { computeFigures } from '../../../bench/report/compute-figures';
import type { GrowthResult, RunResult, WorkloadResult } from '../../../bench/report/report';
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
  expect(readFigure(/bare.*p99/, hot)).toMatchObject({ measured: 3, met: false });
  expect(readFigure(/Zipf/, hot)).toMatchObject({ measured: null, met: null });
});

function createGrowth(name: GrowthResult['name'], stages: GrowthResult['stages']): GrowthResult {
  return { name, title: '', unit: name === 'growth-names' ? 'names' : 'events', stages };
}

it('compares latencies at the longest log with those at the shortest', () => {
  const stage = (size: number, dashboard: number, record: number[]) => ({
    size,
    medianMs: {
      ...{ list: [9, 9], dashboard: [dashboard, dashboard], record },
      ...{ groupBy: [100, 900], verify: [250, 3600], rebuild: [200, 900] },
    },
    peakMemoryMiB: [130, 131],
  });
  const stages = [stage(10_000, 10, [2, 4]), stage(10_000_000, 60, [3, 4])];
  const figures = computeFigures([], [createGrowth('growth', stages)]);
  const find = (title: string) => figures.find((figure) => figure.title.startsWith(title));
  expect(find('the read that grows most, in order')).toMatchObject({
    measured: 6,
    met: false,
    note: 'dashboard page',
  });
  expect(find('the slowest read, in order')).toMatchObject({ measured: 60, met: false });
  expect(find('the slowest read, shuffled')).toMatchObject({ measured: null });
  expect(find('`totals verify` at 10,000,000 events ÷ group-by')).toMatchObject({
    ...{ measured: 3.25, met: false, rounds: [2.5, 4] },
  });
  expect(find('`totals rebuild`')).toMatchObject({ measured: 1.5, met: true });
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
  const medianMs = {
    list: [1],
    top: [1],
    visitor: [1],
    record: [1],
    groupBy: [1],
    verify: [1],
    rebuild: [1],
  };
  const stages = [{ size: 10_000, medianMs, peakMemoryMiB: [130] }];
  const growth = (['growth', 'growth-shuffled', 'growth-names'] as const).map((name) =>
    createGrowth(name, stages),
  );
  const figures = computeFigures(workloads, growth);
  expect(figures.filter(({ measured }) => measured === null)).toEqual([]);
});

it('counts every refused read, also with more connections', () => {
  const runs = (non2xx: number) => ({
    ...{ title: '', warmUp: createRun(1, 1) },
    rounds: [{ ...createRun(1, 1), non2xx }, createRun(1, 1)],
  });
  const contenders = [
    { name: 'footfall', ...runs(0) },
    { name: 'crowd', ...runs(3) },
    { name: 'bare', ...runs(5) },
  ] as const;
  const summary = { name: 'summary', title: '', connections: 64, contenders } as const;
  expect(readFigure(/refused/, summary)).toMatchObject({ measured: 3, met: false });
});

it('compares the p99 of visits among other requests with that of visits alone', () => {
  const visits = { acknowledged: 20, p50Ms: 1, p99Ms: 8 };
  const contenders = [
    { name: 'footfall', title: '', warmUp: createRun(1, 1), rounds: [{ ...createRun(1, 99), visits }] },
    { name: 'visits-alone', title: '', warmUp: createRun(1, 1), rounds: [createRun(1, 4)] },
  ] as const;
  const mixed = { name: 'mixed', title: '', connections: 64, contenders } as const;
  expect(readFigure(/among badges/, mixed)).toMatchObject({ measured: 2, met: false });
});

it('reports the highest peak memory and the largest difference of all runs', () => {
  const hot = createHot([createRun(1, 1), createRun(1, 1, -2)], [createRun(1, 1)]);
  expect(readFigure(/peak memory/, hot)).toMatchObject({ measured: 120, met: true });
  expect(readFigure(/peak memory/, hot)).not.toHaveProperty('rounds');
  expect(readFigure(/acknowledged/, hot)).toMatchObject({ measured: 2, met: false });
});
