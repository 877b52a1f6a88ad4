import assert from 'node:assert/strict';
import { ask } from '../support/http-client.mjs';

/**
 * Hosts are made of bare machines.
 * @returns {Promise<boolean>} whether they were.
 */
export function checkProvision({ check }, { playbooks }) {
  return check('provision twice: the second run changes nothing', async () => {
    const first = await playbooks.run('provision');
    assert.ok(first.changed > 0);
    assert.equal((await playbooks.run('provision')).changed, 0);
  });
}

/** A served release, and on to the next one and back, while the public visits. */
export async function checkReleases({ check, must }, { playbooks, loads, service, database, registry }) {
  await must('v1 is deployed to two hosts, and serves', async () => {
    await playbooks.run('deploy', { version: 'v1' });
    assert.equal((await service.listReplicaNodes()).length, 2);
    assert.match(await service.readImage(), new RegExp(`^${registry.there}/footfall/app(:v1)?@sha256:`));
    assert.equal((await service.readRelease()).version, 'v1');
    assert.deepEqual(await service.listVisitors(), [], 'the smoke test was a visit');
    assert.equal((await ask(service.url, '/first')).json.visits, 1);
  });

  await check('v1 deployed again changes nothing', async () => {
    const tasks = await service.describeTasks();
    assert.equal((await playbooks.run('deploy', { version: 'v1' })).changed, 0);
    assert.equal(await service.describeTasks(), tasks);
  });

  const schema = await database.describeSchema();
  await must('v2 with a migration is deployed under 200 visits a second, and none fails', () =>
    loads.run('forward', async () => {
      await playbooks.run('deploy', { version: 'v2' });
      assert.match(await database.describeSchema(), /note text[\s\S]*add-note-to-visitors/);
      const { version, migrations_added: added } = await service.readRelease();
      assert.deepEqual([version, added], ['v2', ['20991231000001-add-note-to-visitors']]);
    }),
  );

  await must('rolled back to v1 under the same load, and none fails', () =>
    loads.run('back', async () => {
      await playbooks.run('rollback');
      assert.equal(await database.describeSchema(), schema);
      assert.equal((await service.readRelease()).version, 'v1');
      assert.equal((await service.listReplicaNodes()).length, 2);
    }),
  );
}
