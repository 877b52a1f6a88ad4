import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shippedService } from '../contenders/shipped-service';
import { spawnServer, type SpawnedServer } from '../contenders/spawn-server';
import type { Reading } from '../contenders/contender';
import { createBenchDatabase, type BenchDatabase } from '../database/create-bench-database';
import { waitUntilRolledUp } from '../database/rollup';
import { seedVisits, type Seed } from '../database/seed-visits';
import { toAmount } from '../load/load';
import { runRequests } from '../load/run-requests';
import { getMedian, roundTo } from '../load/statistics';
import type { GrowthSeries } from '../report/report';
import type { BenchContext } from '../workloads/run-workload';
import { listRequests, type CommandSeries, type Growth } from './growth-series';

/** A database of one size, and a service on it. */
export interface Stage {
  readonly size: number;
  readonly database: BenchDatabase;
  readonly service: SpawnedServer;
  readonly requests: ReadonlyMap<GrowthSeries, Reading>;
  readonly medianMs: Map<GrowthSeries, number[]>;
  readonly peakMemoryMiB: (number | null)[];
}

const runFile = promisify(execFile);
// The path is relative to dist/bench/growth.
const program = join(__dirname, '../../src/cli/footfall.js');

// A counter without totals: visitors without visits show 0.
const groupBy = `
  SELECT visitors.id, visitors.username, count(visits.id) AS visits
  FROM visitors LEFT JOIN visits ON visits.visitor_id = visitors.id
  GROUP BY visitors.id`;

// A slow read is repeated for this long instead of a fixed number of times.
const longestMs = 2000;
const fewest = 3;

/** Loads the visits, starts a service and waits until it has nothing left to do. */
export async function openStage(
  { name, unit, series, shuffled }: Growth,
  size: number,
  { server, progress }: BenchContext,
): Promise<Stage> {
  const database = await createBenchDatabase(server, `${name}-${size}`, 'current');
  const what = `${size.toLocaleString('en')} ${unit}`;
  const visitors = unit === 'names' ? size : Math.min(1000, size);
  const seed: Seed = { visitors, visits: size, shuffled };
  try {
    progress.show(`${name}: loading ${what}`);
    await seedVisits(database, seed, (loaded) => {
      progress.show(`${name}: loaded ${loaded.toLocaleString('en')} visits of ${what}`);
    });
    const { script, settings } = shippedService;
    const service = await spawnServer(script, { ...database.environment, ...settings });
    try {
      progress.show(`${name}: waiting until ${what} are rolled up`);
      await waitUntilRolledUp(database);
      const requests = await listRequests(service.url, series);
      progress.done(`${name}: loaded ${what}`);
      return { size, database, service, requests, medianMs: new Map(), peakMemoryMiB: [] };
    } catch (error) {
      await service.stop();
      throw error;
    }
  } catch (error) {
    await database.drop();
    throw error;
  }
}

/** Measures one series; returns the median latency in milliseconds, or the duration of a command. */
export async function timeStage(stage: Stage, name: GrowthSeries, most: number): Promise<number> {
  const { service, database, size, requests, medianMs } = stage;
  const last = medianMs.get(name)?.at(-1) ?? 0;
  const repeats = Math.min(most, Math.max(fewest, Math.floor(longestMs / Math.max(last, 0.1))));
  if (name === 'groupBy') return timeGroupBy(database, Math.min(repeats, Math.max(3, 10_000_000 / size)));
  if (name === 'verify' || name === 'rebuild') return timeTotals(database, name);
  const { path = '', accept } = requests.get(name) ?? {};
  // Otherwise the recording of the previous size may be written during this measurement.
  await database.checkpoint();
  const load = { connections: 1, amount: toAmount(repeats, 1), paths: path, ...(accept && { accept }) };
  const { p50Ms, acknowledged } = await runRequests([service.url], load);
  if (p50Ms === null || acknowledged !== load.amount) {
    throw new Error(`GET ${path} failed at ${size}. Run with --only growth to repeat only this part.`);
  }
  return p50Ms;
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

/** Runs `footfall totals verify` or `rebuild` once and returns its duration, with the start of the process. */
async function timeTotals(database: BenchDatabase, command: CommandSeries): Promise<number> {
  const { PATH = '', HOME = '' } = process.env;
  const begunAt = performance.now();
  await runFile(process.execPath, [program, 'totals', command], {
    env: { PATH, HOME, ...database.environment },
  });
  return roundTo(performance.now() - begunAt, 4);
}

/** Stops the service and drops the database. */
export async function closeStage({ service, database }: Stage): Promise<void> {
  await service.stop();
  await database.drop();
}
