import { join } from 'node:path';
import { createBenchDatabase } from '../database/create-bench-database';
import { nameVisitor, seedVisits } from '../database/seed-visits';
import { openInserter } from '../load/run-inserts';
import type { Contender, ContenderSetup, RunningContender } from './contender';
import { startServers } from './start-servers';

/** Find or create, insert, count, on the same Express and pool; no totals anywhere. */
export const original: Contender = {
  name: 'original',
  title: 'the original’s way',
  share: 0.125,
  start: (setup) =>
    startServers(
      { name: 'original', script: join(__dirname, '../servers/original-server.js'), schema: 'log' },
      setup,
    ),
};

/** What Express itself costs: the same answers without any work behind them. */
export const bare: Contender = {
  name: 'bare',
  title: 'bare Express handler',
  share: 1,
  start: (setup) =>
    startServers(
      { name: 'bare', script: join(__dirname, '../servers/bare-server.js'), schema: 'none' },
      setup,
    ),
};

const select1Program = { script: join(__dirname, '../servers/select-1-server.js'), schema: 'none' } as const;

/** What one statement behind HTTP costs, on Express as it comes and the pool that Footfall has. */
export const select1: Contender = {
  name: 'select-1',
  title: 'SELECT 1 route, same pool',
  share: 1,
  start: (setup) => startServers({ name: 'select-1', ...select1Program }, setup),
};

/** The same on the server that Footfall creates, which is faster than Express's own: the least that a visit can cost. */
export const select1Fast: Contender = {
  name: 'select-1-fast',
  title: 'SELECT 1 route, Footfall’s server',
  share: 1,
  start: (setup) =>
    startServers({ name: 'select-1-fast', ...select1Program, settings: { BENCH_SERVER: 'footfall' } }, setup),
};

/** What the database itself can do: one durable row at a time on each connection, without HTTP and without totals. */
export const databaseLimit: Contender = {
  name: 'database',
  title: 'the database’s own limit',
  share: 1,
  start: startInserts,
};

async function startInserts({ server, seed, connections }: ContenderSetup): Promise<RunningContender> {
  const database = await createBenchDatabase(server, 'database', 'log');
  try {
    await seedVisits(database, seed);
    const [visitor] = await database.query<{ id: string }>('SELECT min(id) AS id FROM visitors');
    const inserter = await openInserter(database.clientConfig, connections, visitor?.id ?? '');
    return {
      pids: [],
      run: (load) => inserter.run(load),
      async count() {
        const [row] = await database.query<{ logged: string }>('SELECT count(*) AS logged FROM visits');
        const logged = Number(row?.logged);
        return { listing: new Map([[nameVisitor(1), logged]]), logged };
      },
      settle: () => database.checkpoint(),
      async stop() {
        await inserter.close();
        await database.drop();
      },
    };
  } catch (error) {
    await database.drop();
    throw error;
  }
}
