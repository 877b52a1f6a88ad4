import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.cjs';
import { waitRecovered } from './support/recovery.mjs';

const common = { rounds: { ci: 3, long: 3 } };

/** The database has no free connection, or a lock holds it up. The service refuses visits and records none of them. */
export const limitFaults = [
  {
    ...common,
    name: 'connections',
    title: "connections at the server's limit",
    needs: { database: 'external' },
    async inject(context) {
      await holdConnections(context, 50);
      return waitRecovered(context, performance.now(), 10);
    },
  },
  {
    ...common,
    name: 'table-lock',
    title: 'a table lock held for 5 s',
    isExact: true,
    needs: { database: 'external' },
    async inject(context) {
      const { result } = context.responses;
      const before = result.refused;
      const release = await lockTable(context);
      await wait(5000);
      await release();
      if (result.refused === before) throw new Error('nothing was refused');
      return waitRecovered(context, performance.now(), 10);
    },
  },
  {
    ...common,
    name: 'queue-full',
    title: 'a full queue',
    isExact: true,
    needs: { database: 'external', settings: { RECORD_MAX_WAITING: '4', RECORD_MAX_BATCH: '4' } },
    async inject(context) {
      const release = await lockTable(context);
      await waitRefused(context, 50);
      await release();
      return waitRecovered(context, performance.now(), 10);
    },
  },
];

async function lockTable({ environment }) {
  const client = await environment.database.connect();
  await client.query('BEGIN; LOCK TABLE visits IN ACCESS EXCLUSIVE MODE');
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

async function waitRefused({ responses: { result } }, count) {
  const before = result.refused;
  await waitUntil(`${count} refusals`, 10, () => result.refused >= before + count);
}

// Ends the sessions of the service and occupies their connections, repeatedly, since the service reconnects as fast,
// until the service has refused visits.
async function holdConnections({ environment, responses: { result } }, refusals) {
  const before = result.refused;
  const clients = [await environment.database.connect()];
  const occupy = async () => {
    try {
      for (;;) clients.push(await environment.database.connect());
    } catch (error) {
      // too_many_connections
      if (error.code !== '53300') throw error;
    }
  };
  try {
    await waitUntil(`${refusals} refusals`, 15, async () => {
      await clients[0].query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'footfall' AND datname = current_database()`,
      );
      await Promise.all(Array.from({ length: 5 }, occupy));
      return result.refused >= before + refusals;
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
