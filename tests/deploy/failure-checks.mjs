import assert from 'node:assert/strict';

/** Releases that are no good: what was served before goes on being served, on the schema of before. */
export async function checkFailures({ check }, { playbooks, loads, service, database }) {
  const image = await service.readImage();

  await check('v3, which never gets healthy, is taken back by itself, and no visit fails', () =>
    loads.run('unhealthy', async () => {
      const schema = await database.describeSchema();
      const { code, output } = await playbooks.run('deploy', { version: 'v3' }, { mayFail: true });
      assert.notEqual(code, 0);
      assert.match(output, /unhealthy/);
      assert.match(output, /Migrations are pending: 20991231000002-hide-from-service/);
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.readImage(), image);
      assert.equal((await service.readRelease()).version, 'v1');
      assert.equal((await service.listReplicaNodes()).length, 2);
    }),
  );

  await check('v4, whose migration fails, is not begun: schema and service are untouched', () =>
    loads.run('throwing', async () => {
      const [schema, tasks] = [await database.describeSchema(), await service.describeTasks()];
      const { code, output } = await playbooks.run('deploy', { version: 'v4' }, { mayFail: true });
      assert.notEqual(code, 0);
      assert.match(output, /there_is_no_such_table/);
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.describeTasks(), tasks);
    }),
  );
}
