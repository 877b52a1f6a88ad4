import { computeFigures } from '../../../bench/report/compute-figures';
import type { RunResult, WorkloadResult } from '../../../bench/report/report';

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

it('takes the median of the ratios inside each round, not the ratio of medians', () => {
  const footfall = [createRun(100, 9), createRun(900, 9), createRun(50, 9)];
  const bare = [createRun(100, 9), createRun(1000, 9), createRun(10, 9)];
  expect(readFigure(/hot name ÷ bare.*requests/, createHot(footfall, bare))).toMatchObject({
    measured: 1,
    met: true,
  });
});

it('says of a figure whose target is missed that it is not met, and of one without runs that it is not measured', () => {
  const hot = createHot([createRun(100, 30)], [createRun(100, 10)]);
  expect(readFigure(/p99/, hot)).toMatchObject({ measured: 3, met: false });
  expect(readFigure(/Zipf/, hot)).toMatchObject({ measured: null, met: null });
});

it('reports the process with the highest peak, and the largest difference of any run', () => {
  const hot = createHot([createRun(1, 1), createRun(1, 1, -2)], [createRun(1, 1)]);
  expect(readFigure(/memory/, hot)).toMatchObject({ measured: 120, met: true });
  expect(readFigure(/acknowledged/, hot)).toMatchObject({ measured: 2, met: false });
});
