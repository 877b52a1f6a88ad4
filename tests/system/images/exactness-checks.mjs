import assert from 'node:assert/strict';
import { ask, readListed } from '../support/http-client.mjs';
import { docker, waitUntil } from '../support/shell.mjs';
import { startVisitLoad } from '../support/visit-load.mjs';

/** Numbers over several replicas, when replicas come, die and go. */
export async function checkExactness({ check }, { stack }) {
  const { url } = stack;

  await check('2000 visits at once over two replicas are answered with exactly 1 to 2000', async () => {
    const since = new Date();
    const visits = Array.from({ length: 2000 }, () => ask(url, '/crowd', { timeoutMs: 60_000 }));
    const answers = await Promise.all(visits);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const numbers = answers.map(({ json }) => json.visits).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 2000 }, (_, index) => index + 1),
    );
    assert.equal(await readListed(url, 'crowd'), 2000);
    const counts = [...(await stack.countVisits(since)).values()];
    assert.equal(counts.length, 2);
    assert.ok(Math.min(...counts) > 200, `shared as ${counts.join(' and ')}`);
    return `shared as ${counts.join(' and ')}`;
  });

  await check('scaled to four, four replicas answer within seconds', async () => {
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
    return `after ${seconds.toFixed(1)} s`;
  });

  await check('a worker killed under load costs no answered visit, and is replaced', async () => {
    const [container] = await stack.listContainers('web');
    return underLoad(stack, 'worker', async () => {
      await docker(['exec', container, 'node', '--eval', killWorker]);
    });
  });

  await check('a container killed under load costs no answered visit, and is replaced', async () => {
    const [container] = await stack.listContainers('web');
    return underLoad(stack, 'container', async () => {
      await docker(['kill', '--signal', 'KILL', container]);
      await waitUntil('its end', 20, async () => !(await stack.listContainers('web')).includes(container));
    });
  });

  await check('scaling down and up under load fails no visit', async () => {
    const figure = await underLoad(stack, 'scaling', async () => {
      await stack.scale(1);
      await stack.waitHealthy(1);
      await stack.scale(2);
    });
    assert.doesNotMatch(figure, /×/);
    return figure;
  });

  await check('all replicas replaced: no visit fails, and no old address is asked', async () => {
    const before = await stack.listContainers('web');
    const figure = await underLoad(stack, 'replaced', async () => {
      await stack.replace('web');
      await waitUntil('the update', 180, async () => (await stack.readUpdateState('web')) === 'completed');
    });
    const after = await stack.listContainers('web');
    assert.deepEqual(
      after.filter((id) => before.includes(id)),
      [],
    );
    assert.doesNotMatch(figure, /×/);
    return figure;
  });

  await check('a restarted proxy finds the service', async () => {
    const [before] = await stack.listContainers('nginx');
    const start = performance.now();
    await docker(['kill', '--signal', 'KILL', before]);
    await waitUntil('a new proxy', 60, async () => {
      const [now] = await stack.listContainers('nginx');
      return now !== undefined && now !== before && (await ask(url, '/restarted')).status === 200;
    });
    return `after ${((performance.now() - start) / 1000).toFixed(1)} s`;
  });

  await check('the whole stack taken down and deployed again serves, with its numbers kept', async () => {
    const counted = await readListed(url, 'crowd');
    await stack.remove();
    await stack.deploy();
    await stack.waitHealthy(2);
    assert.equal((await ask(url, '/crowd')).json.visits, counted + 1);
  });
}

// Visits five names of its own while something is disturbed, and for a while before and after.
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
  return load.settle();
}

// The image has no ps; the worker is the process whose title says what PM2 runs.
const killWorker = `
  const fs = require('node:fs');
  const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  const titles = pids.map((pid) => [pid, fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8')]);
  const workers = titles.filter(([, title]) => title.startsWith('node /app/dist/src/main.js'));
  if (workers.length !== 1) throw new Error('no single worker among ' + JSON.stringify(titles));
  process.kill(Number(workers[0][0]), 'SIGKILL');
`;
