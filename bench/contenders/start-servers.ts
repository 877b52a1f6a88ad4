import { createBenchDatabase, type BenchSchema } from '../database/create-bench-database';
import { seedVisits } from '../database/seed-visits';
import { readListing } from '../load/read-listing';
import { runRequests } from '../load/run-requests';
import type { ContenderName, ContenderSetup, RunningContender } from './contender';
import { spawnServer } from './spawn-server';

/** A contender that runs one program, in one or more processes on one database. */
export interface ServerProgram {
  readonly name: ContenderName;
  readonly script: string;
  readonly schema: BenchSchema;
  readonly processes?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts the program on a new, seeded database. */
export async function startServers(program: ServerProgram, setup: ContenderSetup): Promise<RunningContender> {
  const { name, script, schema, processes = 1, settings = {} } = program;
  const database = await createBenchDatabase(setup.server, name, schema);
  const servers: Awaited<ReturnType<typeof spawnServer>>[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
  };
  try {
    if (schema !== 'none') await seedVisits(database, setup.seed);
    for (let n = 0; n < processes; n += 1) {
      servers.push(await spawnServer(script, { ...database.environment, ...settings }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const urls = servers.map(({ url }) => url);
  const count = async () => {
    const [row] = await database.query<{ logged: string }>('SELECT count(*) AS logged FROM visits');
    return { listing: await readListing(urls[0] ?? ''), logged: Number(row?.logged) };
  };
  return {
    pids: servers.map(({ pid }) => pid),
    run: (load) => runRequests(urls, load),
    ...(schema === 'none' ? {} : { count }),
    settle: () => database.checkpoint(),
    stop,
  };
}
