import { setTimeout as wait } from 'node:timers/promises';
import { ask, askOrFail } from '../support/http-client.mjs';
import { waitUntil } from '../../support/wait-until.cjs';
import { countWaiting, waitRecovered } from './support/recovery.mjs';

/** The service, its embedded database or both are killed, or the service is stopped. */
export const processFaults = [
  {
    name: 'service-killed',
    title: '`kill -9` of the service',
    rounds: { ci: 5, long: 30 },
    needs: { database: 'embedded' },
    mayLoseResponses: true,
    async inject(context) {
      const { environment } = context;
      const since = performance.now();
      await environment.service.end('SIGKILL');
      await environment.startService();
      return waitRecovered(context, since, 5);
    },
  },
  {
    name: 'database-killed',
    title: '`kill -9` of the embedded postmaster',
    rounds: { ci: 5, long: 20 },
    needs: { database: 'embedded' },
    async inject(context) {
      const since = performance.now();
      await killPostmaster(context);
      return waitRecovered(context, since, 10);
    },
  },
  {
    name: 'roll-up-killed',
    title: '`kill -9` of the embedded postmaster within a roll-up',
    rounds: { ci: 3, long: 20 },
    needs: { database: 'embedded', settings: { ROLL_UP_INTERVAL_MS: '20' } },
    async inject(context) {
      const { database } = context.environment;
      await database.query(slowRollUp);
      await waitUntil('a roll-up to be under way', 20, async () => {
        const writers = `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
        return (await database.query(writers)).length > 0;
      });
      const since = performance.now();
      await wait(context.random() * 400);
      await killPostmaster(context);
      return waitRecovered(context, since, 10);
    },
  },
  {
    name: 'both-killed',
    title: '`kill -9` of both at once',
    rounds: { ci: 3, long: 10 },
    needs: { database: 'embedded' },
    mayLoseResponses: true,
    async inject(context) {
      const { environment, random } = context;
      const since = performance.now();
      const kills = [() => environment.database.kill(), () => environment.service.end('SIGKILL')];
      if (random() < 0.5) kills.reverse();
      await Promise.all(kills.map((kill) => kill()));
      await environment.startService();
      return waitRecovered(context, since, 10);
    },
  },
  {
    name: 'stopped',
    title: 'SIGTERM with a slow request in flight',
    // Most of a round is waiting. The pipeline runs the long rounds.
    rounds: { ci: 5, long: 10 },
    needs: { database: 'external', settings: { SHUTDOWN_DRAIN_MS: '300', SHUTDOWN_TIMEOUT_MS: '5000' } },
    mayLoseResponses: true,
    // Nothing broke, so no visit may be counted whose response did not arrive.
    isExact: true,
    inject: stopUnderLoad,
  },
];

// The pause is after the first counts are written, and before the watermark is.
const slowRollUp = `
  CREATE OR REPLACE FUNCTION slow_roll_up() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
  CREATE OR REPLACE TRIGGER slow_roll_up AFTER INSERT ON visit_counts
    FOR EACH STATEMENT EXECUTE FUNCTION slow_roll_up()`;

/** Kills the embedded server, and waits until the service has started it again. */
export async function killPostmaster({ environment }) {
  const killed = await environment.database.kill();
  await waitUntil('a new postmaster', 30, async () => {
    const pid = await environment.database.findProcess();
    return pid !== undefined && pid !== killed;
  });
}

async function stopUnderLoad(context) {
  const { environment, ledger } = context;
  ledger.request('slow');
  ledger.answer('slow', await ask(environment.url, '/slow'));
  const client = await environment.database.connect();
  await client.query('BEGIN');
  await client.query(
    `SELECT 1 FROM visit_totals JOIN visitors ON visitors.id = visitor_id
     WHERE username = 'slow' FOR UPDATE OF visit_totals`,
  );
  ledger.request('slow');
  const slow = askOrFail(environment.url, '/slow', { timeoutMs: 8000 });
  await waitUntil('the slow visit to wait', 5, async () => (await countWaiting(client)) > 0);
  const since = performance.now();
  const ended = environment.service.end('SIGTERM');
  await wait(1000);
  await client.query('COMMIT');
  await client.end();
  const response = await slow;
  ledger.answer('slow', response);
  if (response.status !== 200) throw new Error(`the slow request was answered with ${response.status}`);
  const code = await ended;
  const ms = performance.now() - since;
  if (code !== 0)
    throw new Error(`the service ended with ${code}:\n${environment.service.readLog().slice(-2000)}`);
  if (ms > 5300) throw new Error(`the service ended after ${Math.round(ms)} ms`);
  await environment.startService();
  return waitRecovered(context, since, 10);
}
