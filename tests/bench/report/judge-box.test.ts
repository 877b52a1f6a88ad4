import { judgeBox } from '../../../bench/report/judge-box';
import type { RunResult, WorkloadResult } from '../../../bench/report/report';

function createRun(perSecond: number, peakMemoryMiB: RunResult['peakMemoryMiB']): RunResult {
  const load = { sent: 1, acknowledged: 1, non2xx: 0, errors: 0, seconds: 1, p50Ms: 1, p99Ms: 1 };
  return { ...load, perSecond, peakMemoryMiB, count: null };
}

function createBox(box: readonly RunResult[], original: readonly RunResult[]): WorkloadResult {
  const warmUp = createRun(1, []);
  return {
    ...{ name: 'box', title: '', connections: 256 },
    contenders: [
      { name: 'box', title: '', warmUp, rounds: box },
      { name: 'box-original', title: '', warmUp, rounds: original },
    ],
  };
}

it('compares the box with 25 visits per second and with the original, and adds its containers up', () => {
  const box = [createRun(7500, [100, 110, 20]), createRun(5000, [120, 130, 30])];
  const figures = judgeBox([createBox(box, [createRun(75, [60, 60, 20]), createRun(100, [60, 60, 20])])]);
  expect(figures).toMatchObject([
    { measured: 250, met: true, rounds: [300, 200] },
    { measured: 75, met: true, rounds: [100, 50] },
    { measured: 280, met: true, target: { at: 'most', value: 400, unit: 'MiB' } },
  ]);
});

it.each([
  ['was not measured', []],
  ['does not report memory', [createBox([createRun(7500, [100, null, 20])], [])]],
])('has no memory of a box that %s', (_, workloads) => {
  expect(judgeBox(workloads)[2]).toMatchObject({ measured: null, met: null });
});
