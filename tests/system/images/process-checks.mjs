import assert from 'node:assert/strict';
import { docker, waitUntil } from '../support/shell.mjs';
import { findFreePort, host, runId } from '../support/engine.mjs';
import { password } from './support/database.mjs';
import { ask } from '../support/http-client.mjs';

/**
 * Starts the service in a container of its own, hardened as far as Docker can, on the host's network.
 * @returns the container with its address.
 */
export async function startAlone({ images, database }, role, environment = {}, { waitReady = true } = {}) {
  const port = await findFreePort();
  const name = `footfall-test-${role}-${runId}`;
  const settings = { ...database.settings, DB_PASSWORD: password, PORT: String(port), ...environment };
  await docker([
    ...['run', '--detach', '--name', name, '--network', 'host', '--read-only', '--tmpfs', '/tmp'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    images.app,
  ]);
  const url = `http://${host}:${port}`;
  const ready = () => ask(url, '/-/health/ready').then(({ status }) => status === 200);
  if (waitReady) await waitUntil(`${name} to be ready`, 60, ready);
  return {
    name,
    url,
    ready,
    readLog: () => docker(['logs', name]),
    remove: () => docker(['rm', '-f', name]),
  };
}

/** How PM2 keeps the service running, and how it lets it stop. */
export async function checkProcesses(checks, context) {
  // Most of their time is waiting; those that hold rows or take the database away go alone.
  await Promise.all([
    checkHealth(checks, context),
    checkSlowStop(checks, context),
    checkMemoryLimit(checks, context),
    checkConcurrency(checks, context),
    checkAgent(checks, context),
  ]);
  for (const signal of ['SIGTERM', 'SIGINT']) await checkSignal(checks, context, signal);
  await checkWithoutDatabase(checks, context);
}

function checkHealth({ check }, context) {
  return check('a health check over HTTP finds the hardened container healthy', () =>
    withService(context, 'hardened', {}, async ({ name }) => {
      await waitUntil('healthy', 60, async () => {
        return (await docker(['inspect', name, '--format', '{{.State.Health.Status}}'])) === 'healthy';
      });
    }),
  );
}

// PM2's runtime signals a worker again when it has seen no application for eight seconds, unless told not to.
function checkSlowStop({ check }, context) {
  return check('a stop that takes longer than ten seconds is not cut', () =>
    withService(context, 'slow-stop', { SHUTDOWN_DRAIN_MS: '11000' }, async ({ name, readLog }) => {
      await docker(['stop', '--time', '40', name]);
      assert.match(await readLog(), /"failed":\[\],"msg":"stopped"/);
    }),
  );
}

function checkMemoryLimit({ check }, context) {
  const environment = { WEB_MAX_MEMORY: '40M', PM2_WORKER_INTERVAL: '2000', SHUTDOWN_DRAIN_MS: '500' };
  return check('a worker that outgrows its memory is replaced while the service goes on answering', () =>
    withService(context, 'memory', environment, async ({ url, readLog }) => {
      const statuses = new Set();
      await waitUntil('its successor', 60, async () => {
        statuses.add((await ask(url, '/-/health/live')).status);
        return countServing(await readLog()) > 1;
      });
      assert.deepEqual([...statuses], [200]);
    }),
  );
}

function checkConcurrency({ check }, context) {
  return check('WEB_CONCURRENCY=2 is two workers', () =>
    withService(context, 'two', { WEB_CONCURRENCY: '2' }, async ({ readLog }) => {
      await waitUntil('two workers', 60, async () => countServing(await readLog()) === 2);
    }),
  );
}

function checkAgent({ check }, context) {
  // Nobody answers there: the agent is loaded and tries to connect, and the service serves and stops all the same.
  const environment = {
    NEW_RELIC_LICENSE_KEY: 'f'.repeat(40),
    NEW_RELIC_HOST: '127.0.0.1',
    NEW_RELIC_PORT: '9',
    NEW_RELIC_LOG_LEVEL: 'info',
  };
  return check("New Relic's agent works in the image, logs JSON and delays no stop", () =>
    withService(context, 'agent', environment, async ({ name, url, readLog }) => {
      assert.equal((await ask(url, '/agent')).status, 200);
      await docker(['stop', '--time', '40', name]);
      const lines = (await readLog()).split('\n').map((line) => JSON.parse(line));
      assert.ok(lines.some(({ name, msg }) => name === 'newrelic' && /Agent version/.test(msg)));
      assert.deepEqual(lines.find(({ msg }) => msg === 'stopped')?.failed, []);
    }),
  );
}

function checkSignal({ check }, context, signal) {
  const { database } = context;
  return check(`${signal} lets the request under way end, and the log is JSON from first line to last`, () =>
    withService(context, signal.toLowerCase(), {}, async ({ name, url, readLog }) => {
      await ask(url, '/held');
      const held = database.query('BEGIN; SELECT 1 FROM visit_totals FOR UPDATE; SELECT pg_sleep(2); COMMIT');
      const asleep = `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
      await waitUntil('the lock', 10, async () => (await database.query(asleep)).trim() !== '0');
      const slow = ask(url, '/held');
      await docker(['kill', '--signal', signal, name]);
      assert.equal((await slow).status, 200);
      await held;
      await docker(['wait', name]);
      const lines = (await readLog()).split('\n').map((line) => JSON.parse(line));
      assert.deepEqual(lines.find(({ msg }) => msg === 'stopped')?.failed, []);
    }),
  );
}

function checkWithoutDatabase({ check }, context) {
  const { database } = context;
  const health = ({ name }) => docker(['exec', name, 'node', 'docker/healthcheck.mjs']);
  const title =
    'without its database a container that was ready stays healthy, and a new one does not become it';
  return check(title, () =>
    withService(context, 'was-ready', {}, async (service) => {
      await health(service);
      await database.pause();
      const late = await startAlone(context, 'never-ready', {}, { waitReady: false });
      try {
        assert.match(await health(service), /database-unavailable/);
        await waitUntil('its server', 60, () => ask(late.url, '/-/health/live'));
        await assert.rejects(health(late), /database-unavailable/);
      } finally {
        await database.resume();
      }
      await waitUntil('both to be ready', 30, async () => (await service.ready()) && (await late.ready()));
      await late.remove();
    }),
  );
}

async function withService(context, role, environment, work) {
  const service = await startAlone(context, role, environment);
  try {
    await work(service);
  } finally {
    await service.remove();
  }
}

function countServing(log) {
  return log.split('"msg":"serving"').length - 1;
}
