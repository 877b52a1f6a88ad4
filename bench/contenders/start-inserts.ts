import { Client, type ClientConfig } from 'pg';
import { createBenchDatabase } from '../database/create-bench-database';
import { nameVisitor, seedVisits } from '../database/seed-visits';
import { summariseLoad, type LoadResult } from '../load/load';
import type { ContenderSetup, RunningContender } from './contender';

const insertVisit = {
  name: 'insert-visit',
  text: 'INSERT INTO visits (visitor_id) VALUES ($1)',
};

/** Opens connections that insert visits of one visitor directly, each in its own transaction. */
export async function startInserts({ server, seed, connections }: ContenderSetup): Promise<RunningContender> {
  const database = await createBenchDatabase(server, 'database', 'log');
  try {
    await seedVisits(database, seed);
    const [visitor] = await database.query<{ id: string }>('SELECT min(id) AS id FROM visitors');
    const clients = await connectAll(database.clientConfig, connections);
    return {
      pids: [],
      run: ({ amount }) => insertVisits(clients, amount, visitor?.id ?? ''),
      async count() {
        const [row] = await database.query<{ logged: string }>('SELECT count(*) AS logged FROM visits');
        const logged = Number(row?.logged);
        return { listing: new Map([[nameVisitor(1), logged]]), logged };
      },
      settle: () => database.checkpoint(),
      async stop() {
        await Promise.all(clients.map((client) => client.end()));
        await database.drop();
      },
    };
  } catch (error) {
    await database.drop();
    throw error;
  }
}

async function connectAll(config: ClientConfig, connections: number): Promise<Client[]> {
  const clients = Array.from({ length: connections }, () => new Client(config));
  await Promise.all(clients.map((client) => client.connect()));
  return clients;
}

async function insertVisits(
  clients: readonly Client[],
  amount: number,
  visitorId: string,
): Promise<LoadResult> {
  const latencies = new Float64Array(amount);
  let done = 0;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let left = amount / clients.length; left > 0; left -= 1) {
        const sentAt = performance.now();
        await client.query({ ...insertVisit, values: [visitorId] });
        latencies[done] = performance.now() - sentAt;
        done += 1;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return summariseLoad({ sent: amount, answered: done, latencies: latencies.subarray(0, done), seconds });
}
