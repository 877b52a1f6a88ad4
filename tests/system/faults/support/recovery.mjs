import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../../support/http-client.mjs';
import { poolSize } from './stage.mjs';

/**
 * Waits until the service says that it is ready and then answers a visit.
 * @returns {Promise<number>} milliseconds since `since`
 * @throws when that takes longer than `seconds`
 */
export function waitRecovered({ stage, books }, since, seconds) {
  return waitFor('ready and answering', since, seconds, async () => {
    if (!(await stage.isReady())) return false;
    books.ask('recovered');
    const answer = await ask(stage.url, '/recovered', { timeoutMs: 8000 }).catch(({ code }) => ({
      status: code,
    }));
    books.close('recovered', answer);
    return answer.status === 200;
  });
}

/**
 * Waits until every connection of the pool works at the same time: a locked table holds up as many requests as the
 * pool has connections, all of them inside the database, and all are answered when the lock is gone.
 * @returns {Promise<number>} milliseconds since `since`
 */
export async function waitFullPool({ stage }, since, seconds) {
  const client = await stage.database.connect();
  try {
    return await waitFor('the pool to be full again', since, seconds, () => fillPool(stage, client));
  } finally {
    await client.end();
  }
}

/** How many sessions of the service wait for a lock, seen from a transaction that may hold it. */
export async function countWaiting(client) {
  // Within a transaction the first look at this view would be shown again and again.
  await client.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE application_name = 'footfall' AND datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0].waiting;
}

async function fillPool(stage, client) {
  await client.query(`BEGIN; SET LOCAL lock_timeout = '1s'; LOCK TABLE visitors IN ACCESS EXCLUSIVE MODE`);
  const reads = Array.from({ length: poolSize }, () =>
    ask(stage.url, '/-/visitors/recovered', { timeoutMs: 8000 }).catch(({ code }) => ({ status: code })),
  );
  let full = false;
  for (const end = performance.now() + 2500; !full && performance.now() < end; await wait(20)) {
    full = (await countWaiting(client)) >= poolSize;
  }
  await client.query('ROLLBACK');
  const answers = await Promise.all(reads);
  return full && answers.every(({ status }) => status === 200 || status === 404);
}

async function waitFor(what, since, seconds, look) {
  for (;;) {
    const done = await look().catch(() => false);
    const ms = performance.now() - since;
    if (ms > seconds * 1000) throw new Error(`${what} took longer than ${seconds} s`);
    if (done) return ms;
    await wait(50);
  }
}
