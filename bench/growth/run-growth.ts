import { shippedService } from '../contenders/shipped-service';
import { spawnServer, type SpawnedServer } from '../contenders/spawn-server';
import { createBenchDatabase, type BenchDatabase } from '../database/create-bench-database';
import { nameVisitor, seedVisits } from '../database/seed-visits';
import { toAmount } from '../load/load';
import { readPeakMemory, resetPeakMemory } from '../load/peak-memory';
import { runRequests } from '../load/run-requests';
import { getMedian, roundTo } from '../load/statistics';
import type { GrowthResult, GrowthSeries } from '../report/report';
import type { BenchContext } from '../workloads/run-workload';

type Request = Exclude<GrowthSeries, 'groupBy'>;

// Recording comes after the reads and is for another visitor, so that it does not affect them.
const paths: Readonly<Record<Request, string>> = {
  list: '/',
  top: '/?sort=-visits',
  visitor: `/-/visitors/${nameVisitor(500)}`,
  record: `/${nameVisitor(250)}`,
};
const requests = Object.keys(paths) as Request[];
/** What is measured at each length, in this order. */
export const growthSeries: readonly GrowthSeries[] = [...requests, 'groupBy'];

const visitors = 1000;

// A counter without totals: visitors without visits show 0.
const groupBy = `
  SELECT visitors.id, visitors.username, count(visits.id) AS visits
  FROM visitors LEFT JOIN visits ON visits.visitor_id = visitors.id
  GROUP BY visitors.id`;

interface Stage {
  readonly events: number;
  readonly database: BenchDatabase;
  readonly service: SpawnedServer;
  readonly medianMs: Record<GrowthSeries, number[]>;
  readonly peakMemoryMiB: (number | null)[];
}

/**
 * Measures the latency of Footfall and of the group-by at several lengths of the log, and the peak
 * memory of the service. Each length has its own database and service, all run at the same time,
 * and each round measures one request at all lengths before the next request: both sides of a ratio
 * are measured within a short time.
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
    progress.show(`growth: loading ${total} events`);
    await seedVisits(database, { visitors, visits: events }, (loaded) => {
      progress.show(`growth: loaded ${loaded.toLocaleString('en')} of ${total} events`);
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
  // Otherwise the recording of the previous length may be written during this measurement.
  await database.checkpoint();
  const load = { connections: 1, amount: toAmount(repeats, 1), paths: paths[name] };
  const { p50Ms, acknowledged } = await runRequests([service.url], load);
  if (p50Ms === null || acknowledged !== load.amount) {
    throw new Error(
      `GET ${paths[name]} failed at ${events} events. Run with --only growth to repeat only this part.`,
    );
  }
  return p50Ms;
}

/** Fewer times at long logs: ten million events in total, but at least three times. */
function countGroupBys(events: number, repeats: number): number {
  return Math.min(repeats, Math.max(3, 10_000_000 / events));
}

/** Runs the group-by and returns the median latency until all rows are there, in milliseconds. */
async function timeGroupBy(database: BenchDatabase, times: number): Promise<number> {
  const latencies: number[] = [];
  for (let left = times; left > 0; left -= 1) {
    const sentAt = performance.now();
    await database.query(groupBy);
    latencies.push(performance.now() - sentAt);
  }
  return roundTo(getMedian(latencies) ?? 0, 4);
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
