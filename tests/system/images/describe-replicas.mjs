import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, readCount } from '../support/http-client.mjs';
import { docker } from '../support/shell.mjs';
import { waitUntil } from '../../support/wait-until.cjs';
import { startVisitLoad } from '../support/visit-load.mjs';

/** Tests the counts over several replicas that are started, killed and stopped. */
export function describeReplicas(runningStack) {
  test('2000 concurrent visits over two replicas are answered with exactly 1 to 2000', async (t) => {
    const stack = await runningStack();
    const { url } = stack;
    const since = new Date();
    const visits = Array.from({ length: 2000 }, () => ask(url, '/crowd', { timeoutMs: 60_000 }));
    const answers = await Promise.all(visits);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const numbers = answers.map(({ json }) => json.visits).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 2000 }, (_, index) => index + 1),
    );
    assert.equal(await readCount(url, 'crowd'), 2000);
    const counts = [...(await stack.countVisits(since)).values()];
    assert.equal(counts.length, 2);
    assert.ok(Math.min(...counts) > 200, `distributed as ${counts.join(' and ')}`);
    t.diagnostic(`distributed as ${counts.join(' and ')}`);
  });

  test('after scaling to four, four replicas answer within 45 seconds', async (t) => {
    const stack = await runningStack();
    const { url } = stack;
    const since = new Date();
    await stack.scale(4);
    await waitUntil('visits on four replicas', 60, async () => {
      await Promise.all(Array.from({ length: 40 }, () => ask(url, '/scaled')));
      const counts = [...(await stack.countVisits(since)).values()];
      return counts.length === 4 && counts.every((count) => count > 0);
    });
    const seconds = (Date.now() - since) / 1000;
    await stack.scale(2);
    await stack.waitHealthy(2);
    assert.ok(seconds <= 45, `${seconds} s`);
    t.diagnostic(`after ${seconds.toFixed(1)} s`);
  });

  test('a worker killed under load loses no answered visit, and is replaced', async (t) => {
    const stack = await runningStack();
    const [container] = await stack.listContainers('web');
    const summary = await underLoad(stack, 'worker', async () => {
      await docker(['exec', container, 'node', '--eval', killWorker]);
    });
    t.diagnostic(summary);
  });

  test('a container killed under load loses no answered visit, and is replaced', async (t) => {
    const stack = await runningStack();
    const [container] = await stack.listContainers('web');
    const summary = await underLoad(stack, 'container', async () => {
      await docker(['kill', '--signal', 'KILL', container]);
      await waitUntil('its end', 20, async () => !(await stack.listContainers('web')).includes(container));
    });
    t.diagnostic(summary);
  });

  test('no visit fails while the service is scaled down and up under load', async (t) => {
    const stack = await runningStack();
    const summary = await underLoad(stack, 'scaling', async () => {
      await stack.scale(1);
      await stack.waitHealthy(1);
      await stack.scale(2);
    });
    assert.doesNotMatch(summary, /×/);
    t.diagnostic(summary);
  });

  test('no visit fails while all replicas are replaced', async (t) => {
    const stack = await runningStack();
    const before = await stack.listContainers('web');
    const summary = await underLoad(stack, 'replaced', async () => {
      await stack.replace('web');
      await waitUntil('the update', 180, async () => (await stack.readUpdateState('web')) === 'completed');
    });
    const after = await stack.listContainers('web');
    assert.deepEqual(
      after.filter((id) => before.includes(id)),
      [],
    );
    assert.doesNotMatch(summary, /×/);
    t.diagnostic(summary);
  });

  test('a restarted proxy finds the service', async (t) => {
    const stack = await runningStack();
    const [before] = await stack.listContainers('nginx');
    const start = performance.now();
    await docker(['kill', '--signal', 'KILL', before]);
    await waitUntil('a new proxy', 60, async () => {
      const [now] = await stack.listContainers('nginx');
      return now !== undefined && now !== before && (await ask(stack.url, '/restarted')).status === 200;
    });
    t.diagnostic(`after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  });

  test('the stack keeps its counts when it is removed and deployed again', async () => {
    const stack = await runningStack();
    const { url } = stack;
    // Also when a name filter leaves the tests before out.
    await ask(url, '/crowd');
    const counted = await readCount(url, 'crowd');
    await stack.remove();
    await stack.deploy();
    await stack.waitHealthy(2);
    assert.equal((await ask(url, '/crowd')).json.visits, counted + 1);
  });
}

// Visits five new names during `disturb`, and for a while before and after.
async function underLoad(stack, title, disturb) {
  const names = [1, 2, 3, 4, 5].map((number) => `${title}-${number}`);
  const load = startVisitLoad(stack.url, { names });
  try {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await disturb();
    await stack.waitHealthy(2);
    await new Promise((resolve) => setTimeout(resolve, 1500));
  } finally {
    await load.stop();
  }
  return load.summarise();
}

// The image has no ps. The title of a worker process names the script that PM2 runs.
const killWorker = `
  const fs = require('node:fs');
  const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  const titles = pids.map((pid) => [pid, fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8')]);
  const workers = titles.filter(([, title]) => title.startsWith('node /app/dist/src/main.js'));
  if (workers.length !== 1) throw new Error('no single worker among ' + JSON.stringify(titles));
  process.kill(Number(workers[0][0]), 'SIGKILL');
`;
