import { contenders } from '../contenders/contenders';
import type { ContenderName, RunningContender } from '../contenders/contender';
import type { BenchServer } from '../database/open-bench-server';
import { createLedger, type Ledger } from '../load/ledger';
import { toAmount } from '../load/load';
import { keepCore } from '../load/keep-core';
import { readPeakMemory, resetPeakMemory } from '../load/peak-memory';
import { watchMemory } from '../load/watch-memory';
import type { BenchPlan } from '../plan';
import type { Progress } from '../progress';
import type { RunResult, WorkloadResult } from '../report/report';
import type { Workload } from './workloads';

/** Dependencies of each part of the bench. */
export interface BenchContext {
  readonly server: BenchServer;
  readonly plan: BenchPlan;
  readonly progress: Progress;
}

interface Entrant {
  readonly name: ContenderName;
  readonly running: RunningContender;
  readonly ledger: Ledger;
  readonly results: RunResult[];
}

/**
 * Runs a workload on all its contenders. All are started and warmed up, then each round runs them
 * in sequence, every second round in reverse order. So neighbours stay neighbours, and a change of
 * the machine's speed affects both sides of their ratio.
 */
export async function runWorkload(workload: Workload, context: BenchContext): Promise<WorkloadResult> {
  const { server, plan, progress } = context;
  const { name, title, connections, seed, reading, databaseDelayMs } = workload;
  const entrants: Entrant[] = [];
  const kept = workload.keepsCore === true ? keepCore(server.kind) : undefined;
  const setup = { server, seed, connections, reading, databaseDelayMs, boxCore: kept?.core };
  try {
    progress.show(`${name}: starting the contenders`);
    const starts = workload.contenders.map(async (key) => {
      const running = await contenders[key].start(setup);
      return { name: key, running, ledger: createLedger(seed), results: [] };
    });
    const failures: unknown[] = [];
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') entrants.push(start.value);
      else failures.push(start.reason);
    }
    // Thrown after all have settled, so that those that did start are stopped.
    if (failures.length > 0) throw failures[0];
    for (let number = 0; number <= plan.rounds; number += 1) {
      for (const entrant of takeTurns(entrants, number)) {
        const result = await runOnce(workload, entrant, number, plan);
        entrant.results.push(result);
        progress.done(describeRun(name, entrant, number, plan, result));
        plan.signal.throwIfAborted();
      }
    }
  } finally {
    await Promise.all(entrants.map(({ running }) => running.stop()));
    kept?.release();
  }
  const results = sortForTables(entrants).map(({ name: contender, results: [warmUp, ...rounds] }) => {
    if (!warmUp) throw new Error(`${contender} was never run`);
    return { name: contender, title: contenders[contender].title, warmUp, rounds };
  });
  return { name, title, connections, ...(kept && { note: kept.note }), contenders: results };
}

/** Number 0 is the warm-up. */
async function runOnce(
  workload: Workload,
  { name, running, ledger }: Entrant,
  number: number,
  plan: BenchPlan,
): Promise<RunResult> {
  const { connections, share, reading, sameLength = false } = workload;
  // The JavaScript engine needs many repetitions to optimise, also where answers are slow, and in
  // each process.
  const containers = running.containers ?? [];
  const processes = Math.max(1, running.pids.length + containers.length);
  const requests = number === 0 ? plan.warmUp * Math.max(share, 0.25) * processes : plan.requests * share;
  const amount = toAmount(requests * contenders[name].share, connections);
  const paths = workload.createPaths({ amount, number, contender: name });
  const accept = reading?.accept;
  const load = { connections, amount, paths, sameLength, ...(accept !== undefined && { accept }) };
  await running.settle();
  running.pids.forEach(resetPeakMemory);
  const watch = watchMemory(containers);
  const result = await running.run(load).finally(() => watch.stop());
  const peakMemoryMiB = [...running.pids.map(readPeakMemory), ...watch.readPeaks()];
  if (workload.records) ledger.add(load, result);
  const counted = await running.count?.();
  const count = counted ? ledger.check(counted) : null;
  return { ...result, peakMemoryMiB, count };
}

function takeTurns(entrants: readonly Entrant[], number: number): Entrant[] {
  return number % 2 === 1 ? [...entrants] : [...entrants].reverse();
}

function sortForTables(entrants: readonly Entrant[]): Entrant[] {
  const order = Object.keys(contenders);
  return [...entrants].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function describeRun(
  workload: string,
  { name }: Entrant,
  number: number,
  { rounds }: BenchPlan,
  { perSecond, p50Ms, p99Ms, count }: RunResult,
): string {
  const when = number === 0 ? 'warm-up' : `round ${number}/${rounds}`;
  const exactness =
    count === null ? '' : count.exact ? ', count exact' : `, COUNT OFF BY ${count.difference}`;
  const latency = `p50 ${p50Ms ?? '–'} ms, p99 ${p99Ms ?? '–'} ms`;
  return `${workload} ${when}, ${name}: ${Math.round(perSecond)}/s, ${latency}${exactness}`;
}
