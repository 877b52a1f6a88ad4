import type { ContenderName } from '../contenders/contender';
import type { CountCheck } from '../load/ledger';
import { getLargest } from '../load/statistics';
import type { WorkloadName } from '../workloads/workloads';
import { compareGrowth } from './compare-growth';
import { judgeBox } from './judge-box';
import { atLeast, atMost } from './judge';
import type { Figure, GrowthResult, RunResult, WorkloadResult } from './report';
import { selectRuns, takeRatios, type Metric } from './select-runs';

type Side = readonly [WorkloadName, ContenderName];

const perSecond: Metric = (run) => run.perSecond;
const p50: Metric = (run) => run.p50Ms;
const p99: Metric = (run) => run.p99Ms;
const p99OfVisits: Metric = (run) => (run.visits ?? run).p99Ms;

/** Readings and how many times as fast as a bare handler of the same body they must be. */
const readings: readonly (readonly [WorkloadName, string, number])[] = [
  ['badge', 'badge', 1.2],
  ['badge-today', 'badge of today', 1],
  ['spark', 'line of 30 days', 1],
  ['one-visitor', 'one visitor', 1.2],
  ['list', 'list of 1,000', 1],
  ['list-25', 'list of 25', 1],
  ['summary', 'summary', 1],
  ['history', 'history', 1],
  ['dashboard', 'dashboard page', 1],
  ['window', 'top list of 30 days', 1],
];

/** Computes the figures with a target from the results. */
export function computeFigures(
  workloads: readonly WorkloadResult[],
  growth: readonly GrowthResult[],
): Figure[] {
  const ratios = (metric: Metric, above: Side, below: Side): number[] =>
    takeRatios(selectRuns(workloads, ...above).map(metric), selectRuns(workloads, ...below).map(metric));
  const compare = (workload: WorkloadName, above: ContenderName, below: ContenderName): number[] =>
    ratios(perSecond, [workload, above], [workload, below]);
  const rate = 'requests/s';
  return [
    atLeast(
      0.95,
      `record, hot name ÷ bare Express handler, ${rate}`,
      compare('record-hot', 'footfall', 'bare'),
    ),
    atLeast(0.85, `record, Zipf ÷ bare Express handler, ${rate}`, compare('record-zipf', 'footfall', 'bare')),
    atLeast(
      4,
      `record, hot name ÷ the original’s way, ${rate}`,
      compare('record-hot', 'footfall', 'original'),
    ),
    atLeast(
      1,
      `record, hot name, two processes ÷ one, ${rate}`,
      compare('record-hot', 'two-processes', 'footfall'),
    ),
    ...(['doors', 'doors-zipf'] as const).flatMap((workload) => {
      const title = workload === 'doors' ? 'hot name' : 'Zipf';
      return [
        atLeast(
          0.9,
          `record, ${title}, bots and names checked ÷ no rules, ${rate}`,
          compare(workload, 'doors', 'footfall'),
        ),
        atLeast(
          0.9,
          `record, ${title}, all rules and once, new clients ÷ no rules, ${rate}`,
          compare(workload, 'doors-once', 'footfall'),
        ),
        atLeast(
          0.9,
          `record, ${title}, all rules and once, a client that returns ÷ no rules, ${rate}`,
          compare(workload, 'doors-returning', 'footfall'),
        ),
      ];
    }),
    ...readings.map(([workload, title, least]) =>
      atLeast(least, `${title} ÷ bare Express handler, ${rate}`, compare(workload, 'footfall', 'bare')),
    ),
    atMost(0, 'refused reads, at 64 and at 256 connections', countRefusals(workloads)),
    atMost(
      1.5,
      'visits among badges ÷ visits alone, p99',
      ratios(p99OfVisits, ['mixed', 'footfall'], ['mixed', 'visits-alone']),
    ),
    atLeast(
      0.7,
      `record, hot name, behind nginx and PM2 ÷ the container directly, ${rate}`,
      compare('shipped', 'shipped', 'container'),
    ),
    atLeast(
      20,
      `record, hot name, the database 15 ms away ÷ the original’s way, ${rate}`,
      compare('distant', 'footfall', 'original'),
    ),
    ...judgeBox(workloads),
    ...compareGrowth(growth),
    atMost(
      2,
      'record, hot name ÷ bare Express handler, p99',
      ratios(p99, ['record-hot', 'footfall'], ['record-hot', 'bare']),
    ),
    atMost(
      2.5,
      'one visit on an idle service ÷ a `SELECT 1` route, p50',
      ratios(p50, ['idle', 'footfall'], ['idle', 'select-1']),
    ),
    atMost(150, 'peak memory of a process under any load', findPeakMemory(workloads), 'MiB'),
    atMost(
      0,
      'listed, logged or rolled up − acknowledged, largest after any run',
      findLargestDifference(workloads),
    ),
  ];
}

function selectFootfall(workloads: readonly WorkloadResult[], names: readonly WorkloadName[]): RunResult[] {
  const own = ['footfall', 'crowd', 'two-processes', 'visits-alone'] as const;
  return names.flatMap((workload) => own.flatMap((name) => [...selectRuns(workloads, workload, name)]));
}

/** Requests of all reading workloads without a 2xx answer; null if none ran. */
function countRefusals(workloads: readonly WorkloadResult[]): number | null {
  const runs = selectFootfall(
    workloads,
    readings.map(([name]) => name),
  );
  return runs.length === 0 ? null : runs.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0);
}

function findPeakMemory(workloads: readonly WorkloadResult[]): number | null {
  const runs = selectFootfall(
    workloads,
    workloads.map(({ name }) => name),
  );
  return getLargest(runs.flatMap(({ peakMemoryMiB }) => peakMemoryMiB));
}

function findLargestDifference(workloads: readonly WorkloadResult[]): number | null {
  const checks = workloads
    .flatMap(({ contenders }) => contenders)
    .flatMap(({ warmUp, rounds }) => [warmUp, ...rounds])
    .flatMap(({ count: check }) => check ?? []);
  return getLargest(checks.map(measureDifference));
}

function measureDifference(check: CountCheck): number {
  const { acknowledged, difference, logged, namesOff, rolledUpDifference = 0 } = check;
  return Math.max(
    Math.abs(difference),
    Math.abs(logged - acknowledged),
    namesOff ?? 0,
    Math.abs(rolledUpDifference),
  );
}
