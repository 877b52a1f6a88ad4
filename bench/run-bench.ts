import { openBenchServer, type BenchServer } from './database/open-bench-server';
import { growthSeries, runGrowth } from './growth/run-growth';
import type { BenchPlan } from './plan';
import { createProgress } from './progress';
import { computeFigures } from './report/compute-figures';
import { describeCircumstances } from './report/describe-circumstances';
import type { BenchReport, WorkloadResult } from './report/report';
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
  const wanted = createWorkloads(plan).filter(({ name }) => plan.parts.includes(name));
  const growing = plan.parts.includes('growth');
  const progress = createProgress(countSteps(wanted, growing, plan));
  const context = { server, plan, progress };
  try {
    const circumstances = describeCircumstances(server, plan);
    const workloads: WorkloadResult[] = [];
    for (const workload of wanted) workloads.push(await runWorkload(workload, context));
    const growth = growing ? await runGrowth(context) : [];
    return { ...circumstances, figures: computeFigures(workloads, growth), workloads, growth };
  } finally {
    progress.end();
  }
}

function countSteps(workloads: readonly Workload[], growing: boolean, { rounds, growth }: BenchPlan): number {
  const runs = workloads.reduce((sum, { contenders }) => sum + contenders.length * (rounds + 1), 0);
  return runs + (growing ? growth.length * (1 + (rounds + 1) * growthSeries.length) : 0);
}
