import type { ContenderName } from '../contenders/contender';
import { getMedian } from '../load/statistics';
import type { WorkloadName } from '../workloads/workloads';
import type { RunResult, WorkloadResult } from './report';

/** Reads a number from a run; null if the run does not have it. */
export type Metric = (run: RunResult) => number | null;

/** The rounds of a contender in a workload, in order; empty if it did not run. */
export function selectRuns(
  workloads: readonly WorkloadResult[],
  workload: WorkloadName,
  contender: ContenderName,
): readonly RunResult[] {
  const entered = workloads.find(({ name }) => name === workload)?.contenders;
  return entered?.find(({ name }) => name === contender)?.rounds ?? [];
}

/** The median of a metric over the rounds; null if no round has it. */
export function takeMedian(runs: readonly RunResult[], metric: Metric): number | null {
  return getMedian(runs.map(metric).filter((value) => value !== null)) ?? null;
}

/**
 * The ratios of the rounds that have both values. Both were measured within a short time, so a
 * change of the machine's speed between rounds does not affect a ratio.
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
