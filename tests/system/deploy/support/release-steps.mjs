import assert from 'node:assert/strict';
import { ask } from '../../support/http-client.mjs';

/**
 * Creates the releases that later tests rely on: v1 is deployed, v2 follows, v6 reverts its migration, and the service is
 * rolled back to v1. Each step runs once, after the step before it.
 */
export function createReleaseSteps(share, { context, pushed, provisioned }) {
  const deployed = share('the deploy of v1', async () => {
    await Promise.all([pushed(), provisioned()]);
    const { playbooks, service, registry } = await context();
    await playbooks.run('deploy', { version: 'v1' });
    assert.equal((await service.listReplicaNodes()).length, 2);
    assert.match(await service.readImage(), new RegExp(`^${registry.there}/footfall/app(:v1)?@sha256:`));
    assert.equal((await service.readRelease()).version, 'v1');
    assert.deepEqual(await service.listVisitors(), [], 'the smoke test was counted as a visit');
    assert.equal((await ask(service.url, '/first')).json.visits, 1);
  });
  const upgraded = share('the deploy of v2', async () => {
    await deployed();
    const { playbooks, loads, database, service } = await context();
    const schema = await database.describeSchema();
    const summary = await loads.run('forward', async () => {
      await playbooks.run('deploy', { version: 'v2' });
      assert.match(await database.describeSchema(), /note text[\s\S]*add-note-to-visitors/);
      const { version, migrations_added: added } = await service.readRelease();
      assert.deepEqual([version, added], ['v2', ['20991231000001-add-note-to-visitors']]);
    });
    return { schema, summary };
  });
  const reverted = share('the deploy of v6', async () => {
    const { schema } = await upgraded();
    const { playbooks, loads, database, service } = await context();
    const started = performance.now();
    const summary = await loads.run('reverted', async () => {
      const { output } = await playbooks.run('deploy', { version: 'v6' });
      assert.match(output, /v6 lacks these applied migrations: 20991231000001-add-note-to-visitors/);
      assert.equal(await database.describeSchema(), schema);
      const { version, previous } = await service.readRelease();
      assert.deepEqual([version, previous], ['v6', 'v1']);
      assert.equal((await service.listReplicaNodes()).length, 2);
    });
    return { schema, summary: `${Math.round((performance.now() - started) / 1000)} s; ${summary}` };
  });
  const rolledBack = share('the rollback to v1', async () => {
    const { schema } = await reverted();
    const { playbooks, loads, database, service } = await context();
    return loads.run('back', async () => {
      await playbooks.run('rollback');
      assert.equal(await database.describeSchema(), schema);
      assert.equal((await service.readRelease()).version, 'v1');
      assert.equal((await service.listReplicaNodes()).length, 2);
    });
  });
  return {
    deployed,
    upgraded,
    reverted,
    rolledBack,
    /** The context of tests that start with v1, after the rollback. */
    async runningV1() {
      await rolledBack();
      return context();
    },
  };
}
