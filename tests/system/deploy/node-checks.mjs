import assert from 'node:assert/strict';
import { ask } from '../support/http-client.mjs';
import { waitUntil } from '../support/shell.mjs';

/** Two nodes, and one of them loses its power. */
export async function checkNodes({ check }, { hosts, loads, service }) {
  const [manager, worker] = hosts;

  await check('one of two nodes stopped hard: the other goes on, and no answered visit is lost', async () => {
    await service.spreadReplicas();
    assert.equal(new Set(await service.listReplicaNodes()).size, 2, 'both replicas run on one node');
    const work = async (load) => {
      const killed = performance.now();
      await worker.kill();
      await waitUntil('ten seconds without a failure, on two replicas', 120, async () => {
        const last = load.readLastFailureMs() ?? killed;
        const nodes = await service.listReplicaNodes();
        return performance.now() - last > 10_000 && nodes.length === 2 && new Set(nodes).size === 1;
      });
      const seconds = ((load.readLastFailureMs() ?? killed) - killed) / 1000;
      assert.ok(seconds <= 30, `visits failed for ${seconds.toFixed(1)} s`);
      return `without a failure after ${seconds.toFixed(1)} s`;
    };
    return loads.run('stopped', work, { urls: [manager.url], mayFail: true });
  });

  await check('the node that was stopped comes back and serves', async () => {
    await worker.start();
    await waitUntil('its proxy', 90, async () => (await ask(worker.url, '/')).status === 200);
  });
}
