import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Tests a first deploy, the deploy of the next release, and the rollback, the last two under load. */
export function describeReleases({ context }, { deployed, upgraded, rolledBack }) {
  test('v1 is deployed to two hosts, and serves', deployed);

  test('deploying v1 again changes nothing', async () => {
    await deployed();
    const { playbooks, service } = await context();
    const tasks = await service.describeTasks();
    assert.equal((await playbooks.run('deploy', { version: 'v1' })).changed, 0);
    assert.equal(await service.describeTasks(), tasks);
  });

  test('v2 with a migration is deployed under 200 visits per second, and none fails', async (t) => {
    const { summary } = await upgraded();
    t.diagnostic(summary);
  });

  test('v2 is rolled back to v1 under the same load, and no visit fails', async (t) => {
    t.diagnostic(await rolledBack());
  });
}
