import { startBox } from '../containers/start-box';
import { startProxyContainer, startServiceContainer } from '../containers/start-shipped';
import { readGateway } from '../containers/engine';
import { createBenchDatabase, type BenchSchema } from '../database/create-bench-database';
import { compareRollup } from '../database/rollup';
import { seedVisits } from '../database/seed-visits';
import { delayBy } from '../database/fault';
import { startFaultProxy } from '../database/start-fault-proxy';
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
  /** Twice, in containers behind nginx on one core with the memory of a small host. */
  readonly boxed?: boolean;
  readonly processes?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Sends each load over this many times as many connections. */
  readonly moreConnections?: number;
  /** Opens a connection for each request. */
  readonly connectEachTime?: boolean;
}

/** Starts the program on a new, seeded database. */
export async function startServers(program: ServerProgram, setup: ContenderSetup): Promise<RunningContender> {
  const { name, schema, processes = 1, boxed = false } = program;
  const database = await createBenchDatabase(setup.server, name, schema);
  const servers: Served[] = [];
  // Containers reach this machine at the address of Docker's bridge.
  const host = boxed ? await readGateway() : '127.0.0.1';
  const proxy = await startDelay(setup, host);
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await proxy?.close();
    await database.drop();
  };
  const path = proxy ? { DB_HOST: host, DB_PORT: String(proxy.port) } : {};
  try {
    if (schema !== 'none') await seedVisits(database, setup.seed);
    for (let n = 0; n < processes; n += 1) {
      servers.push(await serve(program, { ...database.environment, ...path }, setup.boxCore));
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
    containers: servers.flatMap(({ containers = [] }) => containers),
    run: (load) => runRequests(urls, spread(load, program)),
    ...(schema === 'none' ? {} : { count }),
    settle: () => database.checkpoint(),
    stop,
  };
}

/** Puts a proxy before the database that delays what the database sends. */
async function startDelay({ server, databaseDelayMs }: ContenderSetup, listenOn: string) {
  if (databaseDelayMs === undefined) return undefined;
  const proxy = await startFaultProxy(server.address.port, server.address.host, listenOn);
  proxy.set(delayBy(databaseDelayMs, 'database'));
  return proxy;
}

async function serve(
  { name, script, proxied = false, boxed = false, settings }: ServerProgram,
  environment: Readonly<Record<string, string>>,
  boxCore: number | undefined,
): Promise<Served> {
  const all = { ...environment, ...settings };
  if (boxed) return startBox(name, all, { core: boxCore, script });
  const served =
    script === undefined
      ? await startServiceContainer(name, all)
      : await spawnServer(script, proxied ? { ...all, HOST: await readGateway() } : all);
  return proxied ? startProxyContainer(`${name}-nginx`, served) : served;
}

function spread(load: Load, { moreConnections = 1, connectEachTime = false }: ServerProgram): Load {
  const connections = load.connections * moreConnections;
  return { ...load, connections, amount: toAmount(load.amount, connections), connectEachTime };
}
