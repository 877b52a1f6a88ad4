import { join } from 'node:path';
import { spawnServer, type SpawnedServer } from '../contenders/spawn-server';
import { createBenchDatabase, type BenchDatabase } from '../database/create-bench-database';
import { nameVisitor, seedVisits } from '../database/seed-visits';
import { toAmount } from '../load/load';
import { runRequests } from '../load/run-requests';
import type { GrowthRead, GrowthResult } from '../report/report';
import type { BenchContext } from '../workloads/run-workload';

/** Paths of the reads; the last one counts the whole log by the outer-join group-by. */
const reads: Readonly<Record<GrowthRead, string>> = {
  list: '/',
  top: '/?sort=-visits',
  visitor: `/-/visitors/${nameVisitor(500)}`,
  window: '/?since=1970-01-01T00:00:00Z',
};

const visitors = 1000;
// A group-by over ten million rows takes longer than production allows a request to take.
const patience = {
  DB_STATEMENT_TIMEOUT_MS: '590000',
  DB_QUERY_TIMEOUT_MS: '600000',
  ANSWER_TIMEOUT_MS: '600000',
};

interface Stage {
  readonly events: number;
  readonly database: BenchDatabase;
  readonly medianMs: Record<GrowthRead, number[]>;
  server?: SpawnedServer;
}

/**
 * Reads Footfall's answers at several lengths of the log, one request after another. All lengths stand side by side,
 * each with a database and a service of its own, and each round takes them in turns: a ratio never compares the
 * machine with itself an hour later.
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
      for (const stage of stages) {
        const medians = await readStage(stage, number === 0 ? 0.1 : 1, plan.reads);
        if (number > 0) for (const read of readNames) stage.medianMs[read].push(medians[read]);
        progress.done(describe(stage.events, number, plan.rounds, medians));
        plan.signal.throwIfAborted();
      }
    }
  } finally {
    for (const { server, database } of stages) {
      await server?.stop();
      await database.drop();
    }
  }
  return stages.map(({ events, medianMs }) => ({ events, medianMs }));
}

const readNames = Object.keys(reads) as GrowthRead[];

async function openStage(events: number, { server, progress }: BenchContext): Promise<Stage> {
  const database = await createBenchDatabase(server, `growth-${events}`, 'current');
  const stage: Stage = { events, database, medianMs: { list: [], top: [], visitor: [], window: [] } };
  try {
    const total = events.toLocaleString('en');
    progress.step(`growth: load ${total} events`);
    await seedVisits(database, { visitors, visits: events }, (loaded) => {
      progress.step(`growth: load ${loaded.toLocaleString('en')} of ${total} events`);
    });
    const script = join(__dirname, '../../src/main.js');
    stage.server = await spawnServer(script, { ...database.environment, ...patience });
    progress.done(`growth: loaded ${total} events`);
    return stage;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

async function readStage(
  { server, events }: Stage,
  part: number,
  repeats: number,
): Promise<Record<GrowthRead, number>> {
  const medians: Partial<Record<GrowthRead, number>> = {};
  for (const read of readNames) {
    // The group-by is repeated less, the longer it takes: ten million events in all, three times at least.
    const most = read === 'window' ? Math.min(repeats, Math.max(3, 10_000_000 / events)) : repeats;
    const load = { connections: 1, amount: toAmount(most * part, 1), paths: reads[read] };
    const { p50Ms, acknowledged } = await runRequests([server?.url ?? ''], load);
    if (p50Ms === null || acknowledged !== load.amount) {
      throw new Error(
        `GET ${reads[read]} failed at ${events} events; run with --only growth to see it alone.`,
      );
    }
    medians[read] = p50Ms;
  }
  return medians as Record<GrowthRead, number>;
}

function describe(
  events: number,
  number: number,
  rounds: number,
  medians: Record<GrowthRead, number>,
): string {
  const when = number === 0 ? 'warm-up' : `round ${number}/${rounds}`;
  const values = readNames.map((read) => `${read} ${medians[read]} ms`).join(', ');
  return `growth ${when}, ${events.toLocaleString('en')} events: ${values}`;
}
