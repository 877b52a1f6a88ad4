import { startProxyContainer, startServiceContainer } from '../containers/start-shipped';
import { readGateway } from '../containers/engine';
import { createBenchDatabase, type BenchSchema } from '../database/create-bench-database';
import { compareRollup } from '../database/rollup';
import { seedVisits } from '../database/seed-visits';
import { delayBy, startFaultProxy } from '../database/start-fault-proxy';
import { toAmount, type Load } from '../load/load';
import { readListing } from '../load/read-listing';
import { runRequests } from '../load/run-requests';
import type { ContenderName, ContenderSetup, RunningContender, Served } from './contender';
import { spawnServer } from './spawn-server';

/** A contender that runs one program, in one or more processes on one database. */
export interface ServerProgram {
  readonly name: ContenderName;
  readonly schema: BenchSchema;
  /** The compiled program; undefined for the service's image. */
  readonly script?: string;
  /** Behind the nginx image. */
  readonly proxied?: boolean;
  readonly processes?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Sends each load over this many times as many connections. */
  readonly moreConnections?: number;
}

/** Starts the program on a new, seeded database. */
export async function startServers(program: ServerProgram, setup: ContenderSetup): Promise<RunningContender> {
  const { name, schema, processes = 1, moreConnections = 1 } = program;
  const database = await createBenchDatabase(setup.server, name, schema);
  const servers: Served[] = [];
  const proxy = await startDelay(setup);
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await proxy?.close();
    await database.drop();
  };
  const path = proxy ? { DB_HOST: '127.0.0.1', DB_PORT: String(proxy.port) } : {};
  try {
    if (schema !== 'none') await seedVisits(database, setup.seed);
    for (let n = 0; n < processes; n += 1) {
      servers.push(await serve(program, { ...database.environment, ...path }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const urls = servers.map(({ url }) => url);
  const count = async () => {
    const [row] = await database.query<{ logged: string }>('SELECT count(*) AS logged FROM visits');
    const rolledUpDifference = await compareRollup(database);
    return { listing: await readListing(urls[0] ?? ''), logged: Number(row?.logged), rolledUpDifference };
  };
  return {
    pids: servers.flatMap(({ pid }) => pid ?? []),
    run: (load) => runRequests(urls, spread(load, moreConnections)),
    ...(schema === 'none' ? {} : { count }),
    settle: () => database.checkpoint(),
    stop,
  };
}

/** Puts a proxy before the database that delays what the database sends. */
async function startDelay({ server, databaseDelayMs }: ContenderSetup) {
  if (databaseDelayMs === undefined) return undefined;
  const proxy = await startFaultProxy(server.address.port, server.address.host);
  proxy.set(delayBy(databaseDelayMs, 'database'));
  return proxy;
}

async function serve(
  { name, script, proxied = false, settings }: ServerProgram,
  environment: Readonly<Record<string, string>>,
): Promise<Served> {
  const all = { ...environment, ...settings };
  const served =
    script === undefined
      ? await startServiceContainer(name, all)
      : await spawnServer(script, proxied ? { ...all, HOST: await readGateway() } : all);
  return proxied ? startProxyContainer(`${name}-nginx`, served) : served;
}

function spread(load: Load, times: number): Load {
  if (times === 1) return load;
  const connections = load.connections * times;
  return { ...load, connections, amount: toAmount(load.amount, connections) };
}
