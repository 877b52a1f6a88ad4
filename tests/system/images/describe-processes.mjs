import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ask } from '../support/http-client.mjs';
import { docker } from '../support/shell.mjs';
import { waitUntil } from '../../support/wait-until.cjs';
import { startAlone } from './support/start-alone.mjs';

/** Tests how PM2 keeps the service running, and how it lets it stop. */
export function describeProcesses(context) {
  // Most of their time is waiting. The tests that hold rows or pause the database run alone.
  describe('side by side', { concurrency: true }, () => {
    test('the health check over HTTP finds the hardened container healthy', () => testHealth(context));
    test('a stop that takes longer than ten seconds is not cut short', () => testSlowStop(context));
    test('a worker that exceeds its memory limit is replaced while the service goes on answering', () =>
      testMemoryLimit(context));
    test('WEB_CONCURRENCY=2 starts two workers', () => testConcurrency(context));
    test("New Relic's agent works in the image, logs JSON and delays no stop", () => testAgent(context));
  });
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`${signal} lets the request in flight end, and every line of the log is JSON`, () =>
      testSignal(context, signal));
  }
  test('without its database a ready container stays healthy, and a new one does not become healthy', () =>
    testWithoutDatabase(context));
}

async function testHealth(context) {
  await withService(context, 'hardened', {}, async ({ name }) => {
    await waitUntil('healthy', 60, async () => {
      return (await docker(['inspect', name, '--format', '{{.State.Health.Status}}'])) === 'healthy';
    });
  });
}

// By default PM2 signals a worker again when it has seen no application for eight seconds.
async function testSlowStop(context) {
  await withService(context, 'slow-stop', { SHUTDOWN_DRAIN_MS: '11000' }, async ({ name, readLog }) => {
    await docker(['stop', '--time', '40', name]);
    assert.match(await readLog(), /"failed":\[\],"msg":"stopped"/);
  });
}

async function testMemoryLimit(context) {
  const environment = { WEB_MAX_MEMORY: '40M', PM2_WORKER_INTERVAL: '2000', SHUTDOWN_DRAIN_MS: '500' };
  await withService(context, 'memory', environment, async ({ url, readLog }) => {
    const statuses = new Set();
    await waitUntil('the new worker', 60, async () => {
      statuses.add((await ask(url, '/-/health/live')).status);
      return countServing(await readLog()) > 1;
    });
    assert.deepEqual([...statuses], [200]);
  });
}

async function testConcurrency(context) {
  await withService(context, 'two', { WEB_CONCURRENCY: '2' }, async ({ readLog }) => {
    await waitUntil('two workers', 60, async () => countServing(await readLog()) === 2);
  });
}

async function testAgent(context) {
  // Nothing listens on that port: the agent is loaded and cannot connect, and the service serves and stops all the same.
  const environment = {
    NEW_RELIC_LICENSE_KEY: 'f'.repeat(40),
    NEW_RELIC_HOST: '127.0.0.1',
    NEW_RELIC_PORT: '9',
    NEW_RELIC_LOG_LEVEL: 'info',
  };
  await withService(context, 'agent', environment, async ({ name, url, readLog }) => {
    assert.equal((await ask(url, '/agent')).status, 200);
    await docker(['stop', '--time', '40', name]);
    const lines = parseLines(await readLog());
    assert.ok(lines.some(({ name, msg }) => name === 'newrelic' && /Agent version/.test(msg)));
    assert.deepEqual(lines.find(({ msg }) => msg === 'stopped')?.failed, []);
  });
}

async function testSignal(context, signal) {
  const { database } = await context();
  await withService(context, signal.toLowerCase(), {}, async ({ name, url, readLog }) => {
    await ask(url, '/held');
    const held = database.query('BEGIN; SELECT 1 FROM visit_totals FOR UPDATE; SELECT pg_sleep(2); COMMIT');
    const asleep = `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
    await waitUntil('the lock', 10, async () => (await database.query(asleep)).trim() !== '0');
    const slow = ask(url, '/held');
    await docker(['kill', '--signal', signal, name]);
    assert.equal((await slow).status, 200);
    await held;
    await docker(['wait', name]);
    assert.deepEqual(parseLines(await readLog()).find(({ msg }) => msg === 'stopped')?.failed, []);
  });
}

async function testWithoutDatabase(context) {
  const { images, database } = await context();
  const checkHealth = ({ name }) => docker(['exec', name, 'node', 'docker/healthcheck.mjs']);
  await withService(context, 'was-ready', {}, async (service) => {
    await checkHealth(service);
    await database.pause();
    const late = await startAlone({ images, database }, 'never-ready', {}, { waitReady: false });
    try {
      assert.match(await checkHealth(service), /"code":"database-/);
      await waitUntil('the server of the new container', 60, () => ask(late.url, '/-/health/live'));
      await assert.rejects(checkHealth(late), /"code":"database-/);
    } finally {
      await database.resume();
    }
    await waitUntil('both to be ready', 30, async () => (await service.isReady()) && (await late.isReady()));
    await late.remove();
  });
}

async function withService(context, role, environment, work) {
  const service = await startAlone(await context(), role, environment);
  try {
    await work(service);
  } finally {
    await service.remove();
  }
}

function countServing(log) {
  return log.split('"msg":"serving"').length - 1;
}

// Fails unless every line is JSON.
function parseLines(log) {
  return log.split('\n').map((line) => JSON.parse(line));
}
