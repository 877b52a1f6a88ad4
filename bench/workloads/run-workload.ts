import { contenders } from '../contenders/contenders';
import type { Contender, RunningContender } from '../contenders/contender';
import type { BenchServer } from '../database/open-bench-server';
import { openLedger, type Ledger } from '../load/ledger';
import { toAmount } from '../load/load';
import { readPeakMemory, resetPeakMemory } from '../load/peak-memory';
import type { BenchPlan } from '../plan';
import type { Progress } from '../progress';
import type { RunResult, WorkloadResult } from '../report/report';
import type { Workload } from './workload';

/** What a part of the bench works with. */
export interface BenchContext {
  readonly server: BenchServer;
  readonly plan: BenchPlan;
  readonly progress: Progress;
}

interface Entrant {
  readonly contender: Contender;
  readonly running: RunningContender;
  readonly ledger: Ledger;
  readonly results: RunResult[];
}

/**
 * Puts every contender to a workload: all are started and warmed up, then each round takes them in turns, every
 * other one in reverse, so that neighbours stay neighbours and a drift of the machine hits both sides of their ratio.
 */
export async function runWorkload(workload: Workload, context: BenchContext): Promise<WorkloadResult> {
  const { server, plan, progress } = context;
  const { name, title, connections, seed } = workload;
  const entrants: Entrant[] = [];
  try {
    progress.step(`${name}: start the contenders`);
    const starts = workload.contenders.map(async (key) => {
      const running = await contenders[key].start({ server, seed, connections });
      return { contender: contenders[key], running, ledger: openLedger(seed), results: [] };
    });
    const failures: unknown[] = [];
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') entrants.push(start.value);
      else failures.push(start.reason);
    }
    // Only now, so that those that did start are known and stopped.
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
  }
  const results = sortForTables(entrants).map(({ contender, results: [warmUp, ...rounds] }) => {
    if (!warmUp) throw new Error(`${contender.title} was never run`);
    return {
      name: contender.name,
      title: contender.title,
      warmUp,
      rounds,
    };
  });
  return { name, title, connections, contenders: results };
}

/** Number 0 is the warm-up. */
async function runOnce(
  workload: Workload,
  { contender, running, ledger }: Entrant,
  number: number,
  plan: BenchPlan,
): Promise<RunResult> {
  const { connections, share } = workload;
  // A warm-up is for the compiler of the JavaScript engine, which wants repetition also where answers are slow, and in
  // each process as much of it.
  const processes = Math.max(1, running.pids.length);
  const requests = number === 0 ? plan.warmUp * Math.max(share, 0.25) * processes : plan.requests * share;
  const amount = toAmount(requests * contender.share, connections);
  const paths = workload.createPaths({ amount, number });
  const load = { connections, amount, paths };
  await running.settle();
  running.pids.forEach(resetPeakMemory);
  const result = await running.run(load);
  const peakMemoryMiB = running.pids.map(readPeakMemory);
  if (workload.records) ledger.book(load, result);
  const counted = await running.count?.();
  const count = counted ? ledger.check(counted.listing, counted.logged) : null;
  return { ...result, peakMemoryMiB, count };
}

function takeTurns(entrants: readonly Entrant[], number: number): Entrant[] {
  return number % 2 === 1 ? [...entrants] : [...entrants].reverse();
}

function sortForTables(entrants: readonly Entrant[]): Entrant[] {
  const order = Object.keys(contenders);
  return [...entrants].sort((a, b) => order.indexOf(a.contender.name) - order.indexOf(b.contender.name));
}

function describeRun(
  workload: string,
  { contender }: Entrant,
  number: number,
  { rounds }: BenchPlan,
  { perSecond, p50Ms, p99Ms, count }: RunResult,
): string {
  const when = number === 0 ? 'warm-up' : `round ${number}/${rounds}`;
  const exactness =
    count === null ? '' : count.exact ? ', count exact' : `, COUNT OFF BY ${count.difference}`;
  const latency = `p50 ${p50Ms ?? '–'} ms, p99 ${p99Ms ?? '–'} ms`;
  return `${workload} ${when}, ${contender.name}: ${Math.round(perSecond)}/s, ${latency}${exactness}`;
}
