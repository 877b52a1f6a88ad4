import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '../../support/wait-until.cjs';
import { ask } from '../support/http-client.mjs';
import { docker } from '../support/shell.mjs';
import { startAlone } from './support/start-alone.mjs';

const plain = { command: ['footfall', 'serve'] };

/** Tests the program of the image as the only process, for an orchestrator that supervises it. */
export function describePlainNode(context) {
  test('it is process 1 with the heap flag, and takes less memory than PM2 with its worker', async (t) => {
    const byNode = await withService(context, 'plain-memory', plain, async ({ name }) => {
      const command = await docker(['exec', name, 'cat', '/proc/1/cmdline']);
      assert.equal(
        command.replaceAll('\0', ' ').trim(),
        'node --max-semi-space-size=8 --max-old-space-size=512 /usr/local/bin/footfall serve',
      );
      return readMemory(name);
    });
    const byPm2 = await withService(context, 'pm2-memory', {}, ({ name }) => readMemory(name));
    t.diagnostic(`${byNode} MB without PM2, ${byPm2} MB with it`);
    assert.ok(byNode < byPm2);
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`${signal} lets the request in flight end, and the exit code is 0`, () =>
      testSignal(context, signal));
  }

  test('the exit code is 1 when it cannot start', async () => {
    await withService(
      context,
      'plain-failed',
      { ...plain, waitReady: false },
      async ({ name }) => {
        assert.equal(await docker(['wait', name]), '1');
      },
      { DB_PORT: 'none' },
    );
  });

  test('with --migrate, two containers that start at once migrate an empty database and serve', async () => {
    const { images, database } = await context();
    await database.runScript('dropdb --if-exists one_container; createdb one_container');
    const own = { images, database: { settings: { ...database.settings, DB_NAME: 'one_container' } } };
    const start = (role) => startAlone(own, role, {}, { command: ['footfall', 'serve', '--migrate'] });
    const services = await Promise.all([start('first-of-two'), start('second-of-two')]);
    const visits = await Promise.all(services.map(async ({ url }) => (await ask(url, '/alice')).json.visits));
    await Promise.all(services.map(({ remove }) => remove()));
    assert.deepEqual(visits.sort(), [1, 2]);
  });
}

async function testSignal(context, signal) {
  const { database } = await context();
  await withService(context, `plain-${signal.toLowerCase()}`, plain, async ({ name, url, readLog }) => {
    await ask(url, '/held');
    const held = database.query('BEGIN; SELECT 1 FROM visit_totals FOR UPDATE; SELECT pg_sleep(2); COMMIT');
    const asleep = `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
    await waitUntil('the lock', 10, async () => (await database.query(asleep)).trim() !== '0');
    const slow = ask(url, '/held');
    await docker(['kill', '--signal', signal, name]);
    assert.equal((await slow).status, 200);
    await held;
    assert.equal(await docker(['wait', name]), '0');
    assert.match(await readLog(), /"failed":\[\],"msg":"stopped"/);
  });
}

async function withService(context, role, options, work, environment = {}) {
  const service = await startAlone(await context(), role, environment, options);
  try {
    return await work(service);
  } finally {
    await service.remove();
  }
}

/** Adds up the resident memory of all processes of a container, in megabytes. */
async function readMemory(name) {
  const status = await docker(['exec', name, 'sh', '-c', 'cat /proc/[0-9]*/status']);
  const node = status.split(/^(?=Name:)/m).filter((text) => !/^Name:\s+(sh|cat)$/m.test(text));
  const kilobytes = node.map((text) => Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0));
  return Math.round(kilobytes.reduce((sum, size) => sum + size, 0) / 1000);
}
