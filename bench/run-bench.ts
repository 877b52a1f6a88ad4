import { findEngine, loadImages } from './containers/engine';
import { openBenchServer, type BenchServer } from './database/open-bench-server';
import { growths, type Growth } from './growth/growth-series';
import { runGrowth } from './growth/run-growth';
import type { BenchPlan } from './plan';
import { createProgress } from './progress';
import { computeFigures } from './report/compute-figures';
import { describeCircumstances } from './report/describe-circumstances';
import type { BenchReport, GrowthResult, WorkloadResult } from './report/report';
import { runWorkload } from './workloads/run-workload';
import { createWorkloads, type Workload } from './workloads/workloads';

/** Runs the bench, on the database in the environment or an embedded one. */
export async function runBench(
  plan: BenchPlan,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BenchReport> {
  const server = await openBenchServer(environment, plan.connections);
  try {
    return await measure(plan, server);
  } finally {
    await server.close();
  }
}

async function measure(plan: BenchPlan, server: BenchServer): Promise<BenchReport> {
  const wanted = await selectWorkloads(plan);
  const growing = growths.filter(({ name }) => plan.parts.includes(name));
  const progress = createProgress(countSteps(wanted, growing, plan));
  const context = { server, plan, progress };
  try {
    const circumstances = describeCircumstances(server, plan);
    const workloads: WorkloadResult[] = [];
    for (const workload of wanted) workloads.push(await runWorkload(workload, context));
    const growth: GrowthResult[] = [];
    for (const one of growing) growth.push(await runGrowth(one, selectSizes(one, plan), context));
    return { ...circumstances, figures: computeFigures(workloads, growth), workloads, growth };
  } finally {
    progress.end();
  }
}

/** The workloads that the plan names, and that this machine can run. Builds the images that they need. */
async function selectWorkloads(plan: BenchPlan): Promise<Workload[]> {
  const wanted = createWorkloads(plan).filter(({ name }) => plan.parts.includes(name));
  const inContainers = wanted.filter(({ needsEngine }) => needsEngine === true);
  if (inContainers.length === 0) return wanted;
  if (await findEngine()) {
    await loadImages();
    return wanted;
  }
  for (const { name } of inContainers) {
    process.stderr.write(`${name}: skipped, there is no Docker engine on this machine\n`);
  }
  return wanted.filter((workload) => !inContainers.includes(workload));
}

function selectSizes({ unit }: Growth, plan: BenchPlan): readonly number[] {
  return unit === 'names' ? plan.growthNames : plan.growth;
}

function countSteps(workloads: readonly Workload[], growing: readonly Growth[], plan: BenchPlan): number {
  const runs = workloads.reduce((sum, { contenders }) => sum + contenders.length * (plan.rounds + 1), 0);
  const timings = growing.map(
    (one) => selectSizes(one, plan).length * (1 + (plan.rounds + 1) * one.series.length),
  );
  return timings.reduce((sum, steps) => sum + steps, runs);
}
