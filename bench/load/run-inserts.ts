import { Client, type ClientConfig } from 'pg';
import type { Load, LoadResult } from './load';
import { summariseLoad } from './summarise-load';

const insertVisit = {
  name: 'insert-visit',
  text: 'INSERT INTO visits (visitor_id) VALUES ($1)',
};

/** Connections that insert rows, each in a transaction of its own, without any service between. */
export interface Inserter {
  run(load: Pick<Load, 'amount'>): Promise<LoadResult>;
  close(): Promise<void>;
}

/** Opens the connections, all of which insert visits of one visitor. Each prepares its statement once. */
export async function openInserter(
  config: ClientConfig,
  connections: number,
  visitorId: string,
): Promise<Inserter> {
  const clients = Array.from({ length: connections }, () => new Client(config));
  await Promise.all(clients.map((client) => client.connect()));
  return {
    async run({ amount }) {
      const latencies = new Float64Array(amount);
      let done = 0;
      const startedAt = performance.now();
      await Promise.all(
        clients.map(async (client) => {
          for (let left = amount / connections; left > 0; left -= 1) {
            const sentAt = performance.now();
            await client.query({ ...insertVisit, values: [visitorId] });
            latencies[done] = performance.now() - sentAt;
            done += 1;
          }
        }),
      );
      const seconds = (performance.now() - startedAt) / 1000;
      return summariseLoad({ sent: amount, answered: done, latencies: latencies.subarray(0, done), seconds });
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
