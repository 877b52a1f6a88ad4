import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../support/http-client.mjs';
import { waitUntil } from '../support/shell.mjs';
import { countWaiting, waitRecovered } from './support/recovery.mjs';

/** The service, its embedded database, or both are killed; and the service is asked to stop. */
export const processFaults = [
  {
    name: 'service-killed',
    title: '`kill -9` of the service',
    rounds: { ci: 5, long: 30 },
    needs: { database: 'embedded' },
    mayCut: true,
    async strike(context) {
      const { stage } = context;
      const since = performance.now();
      await stage.service.end('SIGKILL');
      await stage.startService();
      return waitRecovered(context, since, 5);
    },
  },
  {
    name: 'database-killed',
    title: '`kill -9` of the embedded postmaster',
    rounds: { ci: 5, long: 20 },
    needs: { database: 'embedded' },
    async strike(context) {
      const since = performance.now();
      await killPostmaster(context);
      return waitRecovered(context, since, 10);
    },
  },
  {
    name: 'both-killed',
    title: '`kill -9` of both at once',
    rounds: { ci: 3, long: 10 },
    needs: { database: 'embedded' },
    mayCut: true,
    async strike(context) {
      const { stage, random } = context;
      const since = performance.now();
      const kills = [() => stage.database.kill(), () => stage.service.end('SIGKILL')];
      if (random() < 0.5) kills.reverse();
      await Promise.all(kills.map((kill) => kill()));
      await stage.startService();
      return waitRecovered(context, since, 10);
    },
  },
  {
    name: 'stopped',
    title: 'SIGTERM with a slow request in flight',
    rounds: { ci: 10, long: 10 },
    needs: { database: 'own', settings: { SHUTDOWN_DRAIN_MS: '300', SHUTDOWN_TIMEOUT_MS: '5000' } },
    mayCut: true,
    // Nothing broke, so nothing may be counted whose answer did not arrive.
    isExact: true,
    strike: stopUnderLoad,
  },
];

async function killPostmaster({ stage }) {
  const killed = await stage.database.kill();
  await waitUntil('another postmaster', 30, async () => {
    const pid = await stage.database.findProcess();
    return pid !== undefined && pid !== killed;
  });
}

async function stopUnderLoad(context) {
  const { stage, books } = context;
  await ask(stage.url, '/slow').then((answer) => {
    books.ask('slow');
    books.close('slow', answer);
  });
  const client = await stage.database.connect();
  await client.query('BEGIN');
  await client.query(
    `SELECT 1 FROM visit_totals JOIN visitors ON visitors.id = visitor_id
     WHERE username = 'slow' FOR UPDATE OF visit_totals`,
  );
  books.ask('slow');
  const slow = ask(stage.url, '/slow', { timeoutMs: 8000 }).catch(({ code }) => ({ status: code }));
  await waitUntil('the slow visit to wait', 5, async () => (await countWaiting(client)) > 0);
  const since = performance.now();
  const ended = stage.service.end('SIGTERM');
  await wait(1000);
  await client.query('COMMIT');
  await client.end();
  const answer = await slow;
  books.close('slow', answer);
  if (answer.status !== 200) throw new Error(`the slow request was answered with ${answer.status}`);
  const code = await ended;
  const ms = performance.now() - since;
  if (code !== 0) throw new Error(`it ended with ${code}:\n${stage.service.readLog().slice(-2000)}`);
  if (ms > 5300) throw new Error(`it ended after ${Math.round(ms)} ms`);
  await stage.startService();
  return waitRecovered(context, since, 10);
}
