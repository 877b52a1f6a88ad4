import { setTimeout as wait } from 'node:timers/promises';
import { askOrFail } from '../../support/http-client.mjs';
import { poolSize } from './create-environment.mjs';

/**
 * Waits until every process of the service is ready and then answers a visit.
 * @returns {Promise<number>} milliseconds since `since`
 * @throws when that takes longer than `seconds`
 */
export function waitRecovered({ environment, ledger }, since, seconds) {
  return measureRecovery('the first answered visit', since, seconds, async () => {
    if (!(await environment.isReady())) return false;
    for (const url of environment.urls) {
      ledger.request('recovered');
      const response = await askOrFail(url, '/recovered', { timeoutMs: 8000 });
      ledger.answer('recovered', response);
      if (response.status !== 200) return false;
    }
    return true;
  });
}

/**
 * Waits until all connections of the pool work at the same time: a table lock blocks as many reads as the pool has
 * connections, all of them inside the database, and all are answered once the lock is released.
 * @returns {Promise<number>} milliseconds since `since`
 */
export async function waitFullPool({ environment }, since, seconds) {
  const client = await environment.database.connect();
  try {
    return await measureRecovery('a working pool', since, seconds, () => fillPool(environment, client));
  } finally {
    await client.end();
  }
}

/** Counts the sessions of the service that wait for a lock; `client` may hold it in its transaction. */
export async function countWaiting(client) {
  // Within a transaction, this view would otherwise return its first result every time.
  await client.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE application_name = 'footfall' AND datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0].waiting;
}

// As many reads as can be under way at once: what asks the same shares a read.
const readsAtOnce = [
  '/-/visitors/recovered',
  '/-/badge/recovered.json',
  '/',
  '/?limit=1',
  '/-/summary',
  '/-/visitors/recovered/history',
];

async function fillPool(environment, client) {
  await client.query(`BEGIN; SET LOCAL lock_timeout = '1s'; LOCK TABLE visitors IN ACCESS EXCLUSIVE MODE`);
  const reads = readsAtOnce.map((path) => askOrFail(environment.url, path, { timeoutMs: 8000 }));
  let full = false;
  for (const end = performance.now() + 2500; !full && performance.now() < end; await wait(20)) {
    full = (await countWaiting(client)) >= poolSize;
  }
  await client.query('ROLLBACK');
  const responses = await Promise.all(reads);
  return full && responses.every(({ status }) => status === 200 || status === 404);
}

// Unlike `waitUntil`, the time limit counts from the fault, and the result is the time that has passed.
async function measureRecovery(what, since, seconds, hasRecovered) {
  for (;;) {
    const done = await hasRecovered().catch(() => false);
    const ms = performance.now() - since;
    if (ms > seconds * 1000) throw new Error(`${what} took longer than ${seconds} s`);
    if (done) return ms;
    await wait(50);
  }
}
