import { readPeakMemory, resetPeakMemory } from '../load/peak-memory';
import type { GrowthResult } from '../report/report';
import type { BenchContext } from '../workloads/run-workload';
import type { Growth } from './growth-series';
import { closeStage, openStage, timeStage, type Stage } from './growth-stage';

/**
 * Measures the latency of Footfall at several sizes, and the peak memory of the service. Each size has its own database
 * and service, all run at the same time, and each round measures one request at all sizes before the next request: both
 * sides of a ratio are measured within a short time.
 */
export async function runGrowth(
  growth: Growth,
  sizes: readonly number[],
  context: BenchContext,
): Promise<GrowthResult> {
  const { plan } = context;
  const stages: Stage[] = [];
  try {
    for (const size of sizes) {
      stages.push(await openStage(growth, size, context));
      plan.signal.throwIfAborted();
    }
    for (let number = 0; number <= plan.rounds; number += 1) {
      await runRound(growth, stages, number, context);
    }
  } finally {
    for (const stage of stages) await closeStage(stage);
  }
  const { name, title, unit } = growth;
  const results = stages.map(({ size, medianMs, peakMemoryMiB }) => ({
    size,
    // The first is the warm-up.
    medianMs: Object.fromEntries([...medianMs].map(([series, [, ...rounds]]) => [series, rounds])),
    peakMemoryMiB,
  }));
  return { name, title, unit, stages: results };
}

/** Number 0 is the warm-up. */
async function runRound(
  { name, unit, series }: Growth,
  stages: readonly Stage[],
  number: number,
  { plan, progress }: BenchContext,
): Promise<void> {
  const when = number === 0 ? 'warm-up' : `round ${number}/${plan.rounds}`;
  for (const { service } of stages) resetPeakMemory(service.pid);
  for (const one of series) {
    for (const stage of number % 2 === 0 ? stages : [...stages].reverse()) {
      const median = await timeStage(stage, one, Math.ceil(plan.reads * (number === 0 ? 0.1 : 1)));
      stage.medianMs.set(one, [...(stage.medianMs.get(one) ?? []), median]);
      progress.done(`${name} ${when}, ${one} at ${stage.size.toLocaleString('en')} ${unit}: ${median} ms`);
      plan.signal.throwIfAborted();
    }
  }
  if (number === 0) return;
  for (const { service, peakMemoryMiB } of stages) peakMemoryMiB.push(readPeakMemory(service.pid));
}
