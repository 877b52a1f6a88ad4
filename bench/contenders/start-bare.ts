import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBenchDatabase } from '../database/create-bench-database';
import { seedVisits } from '../database/seed-visits';
import { runRequests } from '../load/run-requests';
import type { ContenderSetup, Reading, RunningContender } from './contender';
import { shippedService } from './shipped-service';
import { spawnServer } from './spawn-server';

/** An answer that the bare handler repeats, as `bench/servers/bare-server.ts` reads it. */
export interface RecordedAnswer {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

// Headers that a hand-written handler would set as well.
const keptHeaders = ['content-type', 'cache-control', 'expires', 'pragma', 'vary', 'link'];

/** Starts a bare handler that answers the reading with the body that Footfall has for the same seed. */
export async function startBare(setup: ContenderSetup, script: string): Promise<RunningContender> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-bench-answer-'));
  try {
    const file = join(folder, 'answer.json');
    const answer = setup.reading && (await recordAnswer(setup, setup.reading));
    writeFileSync(file, JSON.stringify(answer ?? null));
    const server = await spawnServer(script, { BENCH_ANSWER_FILE: file });
    return {
      pids: [server.pid],
      run: (load) => runRequests([server.url], load),
      settle: () => Promise.resolve(),
      stop: () => server.stop(),
    };
  } finally {
    // The server has read it.
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recordAnswer(
  { server, seed }: ContenderSetup,
  { path, accept }: Reading,
): Promise<RecordedAnswer> {
  const database = await createBenchDatabase(server, 'bare', 'current');
  try {
    await seedVisits(database, seed);
    const { script, settings } = shippedService;
    const service = await spawnServer(script, { ...database.environment, ...settings });
    try {
      const response = await fetch(`${service.url}${path}`, { headers: accept ? { accept } : {} });
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
      const headers = keptHeaders.flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value] as const];
      });
      return { path, headers: Object.fromEntries(headers), body: await response.text() };
    } finally {
      await service.stop();
    }
  } finally {
    await database.drop();
  }
}
