import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../support/shell.mjs';
import { waitRecovered } from './support/recovery.mjs';

const common = { rounds: { ci: 3, long: 3 } };

/** The database has no place or no time. Each refusal says so, and nothing is recorded for it. */
export const limitFaults = [
  {
    ...common,
    name: 'connections',
    title: "connections at the server's limit",
    needs: { database: 'own' },
    async strike(context) {
      await holdConnections(context, 50);
      return waitRecovered(context, performance.now(), 10);
    },
  },
  {
    ...common,
    name: 'table-lock',
    title: 'a table lock held for 5 s',
    isExact: true,
    needs: { database: 'own' },
    async strike(context) {
      const { verdict } = context.judge;
      const before = verdict.refused;
      const release = await lockTable(context);
      await wait(5000);
      await release();
      if (verdict.refused === before) throw new Error('nothing was refused');
      return waitRecovered(context, performance.now(), 10);
    },
  },
  {
    ...common,
    name: 'queue-full',
    title: 'the queue full',
    isExact: true,
    needs: { database: 'own', settings: { RECORD_MAX_WAITING: '4', RECORD_MAX_BATCH: '4' } },
    async strike(context) {
      const release = await lockTable(context);
      await waitRefused(context, 50);
      await release();
      return waitRecovered(context, performance.now(), 10);
    },
  },
];

async function lockTable({ stage }) {
  const client = await stage.database.connect();
  await client.query('BEGIN; LOCK TABLE visits IN ACCESS EXCLUSIVE MODE');
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

async function waitRefused({ judge }, count) {
  const before = judge.verdict.refused;
  await waitUntil(`${count} refusals`, 10, () => judge.verdict.refused >= before + count);
}

// Ends the service's sessions and takes their places, again and again since it is as quick, until it had to refuse.
async function holdConnections({ stage, judge }, refusals) {
  const before = judge.verdict.refused;
  const takers = [await stage.database.connect()];
  const take = async () => {
    try {
      for (;;) takers.push(await stage.database.connect());
    } catch (error) {
      // too_many_connections
      if (error.code !== '53300') throw error;
    }
  };
  try {
    await waitUntil(`${refusals} refusals`, 15, async () => {
      await takers[0].query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'footfall' AND datname = current_database()`,
      );
      await Promise.all([take(), take(), take(), take(), take()]);
      return judge.verdict.refused >= before + refusals;
    });
  } finally {
    await Promise.all(takers.map((taker) => taker.end()));
  }
}
