import type { ContenderName } from '../contenders/contender';
import type { CountCheck } from '../load/ledger';
import { getLargest, getMedian, roundTo } from '../load/statistics';
import type { WorkloadName } from '../workloads/workloads';
import type { Figure, GrowthSeries, GrowthResult, WorkloadResult } from './report';
import { selectRuns, takeRatios, type Metric } from './select-runs';

type Side = readonly [WorkloadName, ContenderName];

const perSecond: Metric = (run) => run.perSecond;
const p50: Metric = (run) => run.p50Ms;
const p99: Metric = (run) => run.p99Ms;

/** Computes the figures with a target from the results. */
export function computeFigures(
  workloads: readonly WorkloadResult[],
  growth: readonly GrowthResult[],
): Figure[] {
  const ratios = (metric: Metric, above: Side, below: Side): number[] =>
    takeRatios(selectRuns(workloads, ...above).map(metric), selectRuns(workloads, ...below).map(metric));
  const hot = ['record-hot', 'footfall'] as const;
  const zipf = ['record-zipf', 'footfall'] as const;
  return [
    atLeast(
      0.95,
      'record, hot name ÷ bare Express handler, requests/s',
      ratios(perSecond, hot, ['record-hot', 'bare']),
    ),
    atLeast(
      0.85,
      'record, Zipf ÷ bare Express handler, requests/s',
      ratios(perSecond, zipf, ['record-zipf', 'bare']),
    ),
    atLeast(
      4,
      'record, hot name ÷ the original’s way, requests/s',
      ratios(perSecond, hot, ['record-hot', 'original']),
    ),
    atLeast(
      1,
      'record, hot name, two processes ÷ one, requests/s',
      ratios(perSecond, ['record-hot', 'two-processes'], hot),
    ),
    ...compareGrowth(growth),
    atMost(2, 'record, hot name ÷ bare Express handler, p99', ratios(p99, hot, ['record-hot', 'bare'])),
    atMost(
      2.5,
      'one visit on an idle service ÷ a `SELECT 1` route, p50',
      ratios(p50, ['idle', 'footfall'], ['idle', 'select-1']),
    ),
    atMost(150, 'peak memory of a process under record load', findPeakMemory(workloads), 'MiB'),
    atMost(0, 'listed or logged − acknowledged, largest after any run', findLargestDifference(workloads)),
  ];
}

/** The ratios of all rounds, or a single value. */
type Measured = readonly number[] | number | null;

function atLeast(value: number, title: string, measured: Measured): Figure {
  return judge({ title, target: { at: 'least', value } }, measured);
}

function atMost(value: number, title: string, measured: Measured, unit?: string): Figure {
  return judge({ title, target: { at: 'most', value, ...(unit === undefined ? {} : { unit }) } }, measured);
}

function judge({ title, target }: Pick<Figure, 'title' | 'target'>, given: Measured): Figure {
  const measured = typeof given === 'object' ? (getMedian(given ?? []) ?? null) : given;
  const { at, value } = target;
  return {
    title,
    target,
    measured: measured === null ? null : roundTo(measured, 3),
    met: measured === null ? null : at === 'least' ? measured >= value : measured <= value,
    ...(typeof given === 'object' && given ? { rounds: given.map((ratio) => roundTo(ratio, 3)) } : {}),
  };
}

function compareGrowth(growth: readonly GrowthResult[]): Figure[] {
  const titles: readonly (readonly [GrowthSeries, string])[] = [
    ['list', 'list'],
    ['top', 'top list'],
    ['visitor', 'one visitor'],
    ['record', 'record'],
  ];
  const [shortest, longest] = [growth[0], growth.at(-1)];
  return titles.map(([series, title]) => {
    const sizes = shortest && longest ? ` at ${count(longest)} ÷ at ${count(shortest)} events` : '';
    const ratios = takeRatios(longest?.medianMs[series] ?? [], shortest?.medianMs[series] ?? []);
    const figure = atMost(1.3, `${title}${sizes}, median latency`, ratios);
    const complete = longest === undefined || longest.events >= 10_000_000;
    return complete ? figure : { ...figure, note: '`--large` goes to 10,000,000' };
  });
}

function count({ events }: GrowthResult): string {
  return events.toLocaleString('en');
}

function findPeakMemory(workloads: readonly WorkloadResult[]): number | null {
  const names = ['footfall', 'two-processes'] as const;
  const runs = (['record-hot', 'record-zipf'] as const).flatMap((workload) =>
    names.flatMap((name) => selectRuns(workloads, workload, name)),
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

function measureDifference({ acknowledged, difference, logged, namesOff }: CountCheck): number {
  return Math.max(Math.abs(difference), Math.abs(logged - acknowledged), namesOff ?? 0);
}
