import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Tests a first deploy and, under load, the deploy of the next release, of its revert, and a rollback. */
export function describeReleases({ context }, { deployed, upgraded, reverted, rolledBack }) {
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

  test('v6, which reverts v2, takes back its migration under the same load, and no visit fails', async (t) => {
    const { summary } = await reverted();
    t.diagnostic(summary);
  });

  test('v6 is rolled back to v1 under the same load, and no visit fails', async (t) => {
    t.diagnostic(await rolledBack());
  });
}
