import { shippedService } from '../contenders/shipped-service';
import { spawnServer, type SpawnedServer } from '../contenders/spawn-server';
import { createBenchDatabase, type BenchDatabase } from '../database/create-bench-database';
import { nameVisitor, seedVisits } from '../database/seed-visits';
import { toAmount } from '../load/load';
import { readPeakMemory, resetPeakMemory } from '../load/peak-memory';
import { runRequests } from '../load/run-requests';
import type { GrowthResult, GrowthSeries } from '../report/report';
import type { BenchContext } from '../workloads/run-workload';
import { timeGroupBy } from './time-group-by';

type Request = Exclude<GrowthSeries, 'groupBy'>;

// Recording comes after the reads and is of another visitor than the one that is read, so that they stay what they are.
const paths: Readonly<Record<Request, string>> = {
  list: '/',
  top: '/?sort=-visits',
  visitor: `/-/visitors/${nameVisitor(500)}`,
  record: `/${nameVisitor(250)}`,
};
const requests = Object.keys(paths) as Request[];
/** What is timed at each length, one after the other. */
export const growthSeries: readonly GrowthSeries[] = [...requests, 'groupBy'];

const visitors = 1000;

interface Stage {
  readonly events: number;
  readonly database: BenchDatabase;
  readonly service: SpawnedServer;
  readonly medianMs: Record<GrowthSeries, number[]>;
  readonly peakMemoryMiB: (number | null)[];
}

/**
 * Times Footfall's answers and the group-by at several lengths of the log, and reads the service's peak memory. All
 * lengths stand side by side, each with a database and a service of its own, and each round asks all of them the same
 * before it asks the next: a ratio never compares the machine with itself a minute later.
 */
export async function runGrowth(context: BenchContext): Promise<GrowthResult[]> {
  const { plan, progress } = context;
  const stages: Stage[] = [];
  try {
    for (const events of plan.growth) {
      stages.push(await openStage(events, context));
      plan.signal.throwIfAborted();
    }
    for (let number = 0; number <= plan.rounds; number += 1) {
      for (const { service } of stages) resetPeakMemory(service.pid);
      for (const name of growthSeries) {
        for (const stage of number % 2 === 0 ? stages : [...stages].reverse()) {
          const median = await timeStage(stage, name, Math.ceil(plan.reads * (number === 0 ? 0.1 : 1)));
          if (number > 0) stage.medianMs[name].push(median);
          progress.done(describe(stage.events, number, plan.rounds, name, median));
          plan.signal.throwIfAborted();
        }
      }
      if (number === 0) continue;
      for (const { service, peakMemoryMiB } of stages) peakMemoryMiB.push(readPeakMemory(service.pid));
    }
  } finally {
    for (const { service, database } of stages) {
      await service.stop();
      await database.drop();
    }
  }
  return stages.map(({ events, medianMs, peakMemoryMiB }) => ({ events, medianMs, peakMemoryMiB }));
}

async function openStage(events: number, { server, progress }: BenchContext): Promise<Stage> {
  const database = await createBenchDatabase(server, `growth-${events}`, 'current');
  try {
    const total = events.toLocaleString('en');
    progress.step(`growth: load ${total} events`);
    await seedVisits(database, { visitors, visits: events }, (loaded) => {
      progress.step(`growth: load ${loaded.toLocaleString('en')} of ${total} events`);
    });
    const { script, settings } = shippedService;
    const service = await spawnServer(script, { ...database.environment, ...settings });
    progress.done(`growth: loaded ${total} events`);
    const medianMs = { list: [], top: [], visitor: [], record: [], groupBy: [] };
    return { events, database, service, medianMs, peakMemoryMiB: [] };
  } catch (error) {
    await database.drop();
    throw error;
  }
}

async function timeStage(
  { service, database, events }: Stage,
  name: GrowthSeries,
  repeats: number,
): Promise<number> {
  if (name === 'groupBy') return timeGroupBy(database, countGroupBys(events, repeats));
  // What the length before has recorded goes to disk now, and not while this one is timed.
  await database.checkpoint();
  const load = { connections: 1, amount: toAmount(repeats, 1), paths: paths[name] };
  const { p50Ms, acknowledged } = await runRequests([service.url], load);
  if (p50Ms === null || acknowledged !== load.amount) {
    throw new Error(`GET ${paths[name]} failed at ${events} events; run with --only growth to see it alone.`);
  }
  return p50Ms;
}

/** Less often, the longer it takes: ten million events in all, three times at least. */
function countGroupBys(events: number, repeats: number): number {
  return Math.min(repeats, Math.max(3, 10_000_000 / events));
}

function describe(
  events: number,
  number: number,
  rounds: number,
  name: GrowthSeries,
  median: number,
): string {
  const when = number === 0 ? 'warm-up' : `round ${number}/${rounds}`;
  return `growth ${when}, ${name} at ${events.toLocaleString('en')} events: ${median} ms`;
}
