import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '../../support/wait-until.cjs';
import { ask } from '../support/http-client.mjs';

/** Tests the loss of one of two nodes. */
export function describeNodes(runningV1) {
  test('when one of two nodes is killed, the other goes on, and no answered visit is lost', async (t) => {
    const { hosts, loads, service } = await runningV1();
    const [manager, worker] = hosts;
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
    t.diagnostic(await loads.run('stopped', work, { urls: [manager.url], mayFail: true }));
  });

  test('the killed node comes back and serves', async () => {
    const { hosts } = await runningV1();
    const [, worker] = hosts;
    await worker.start();
    await waitUntil('its proxy', 90, async () => (await ask(worker.url, '/')).status === 200);
  });
}
