import type { ContenderName } from '../contenders/contender';
import { getMedian } from '../load/statistics';
import type { WorkloadName } from '../workloads/workload';
import type { RunResult, WorkloadResult } from './report';

/** A number of a run; null where it has none. */
export type Metric = (run: RunResult) => number | null;

/** The rounds of a contender at a workload, in order; none when it was left out. */
export function selectRuns(
  workloads: readonly WorkloadResult[],
  workload: WorkloadName,
  contender: ContenderName,
): readonly RunResult[] {
  const entered = workloads.find(({ name }) => name === workload)?.contenders;
  return entered?.find(({ name }) => name === contender)?.rounds ?? [];
}

/** The median of a number over rounds; null when no round has it. */
export function takeMedian(runs: readonly RunResult[], metric: Metric): number | null {
  return getMedian(runs.map(metric).filter((value) => value !== null)) ?? null;
}

/**
 * The ratio of each round that has both sides. Both were measured one soon after the other: a machine that is slower in
 * another round moves both sides of it.
 */
export function takeRatios(
  above: readonly (number | null | undefined)[],
  below: readonly (number | null | undefined)[],
): number[] {
  return above.flatMap((value, round) => {
    const other = below[round];
    return value == null || other == null || other === 0 ? [] : [value / other];
  });
}
