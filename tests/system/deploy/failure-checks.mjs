import assert from 'node:assert/strict';
import { ask } from '../support/http-client.mjs';

/** Releases that are no good: what was served before goes on being served, on the schema of before. */
export async function checkFailures({ check }, { playbooks, loads, service, database }) {
  const image = await service.readImage();

  await check('v3, which never gets healthy, is taken back by itself, and no visit fails', () =>
    loads.run('unhealthy', async () => {
      const schema = await database.describeSchema();
      const { code, output } = await playbooks.run('deploy', { version: 'v3' }, { mayFail: true });
      assert.notEqual(code, 0);
      checkReport(output, /unhealthy/);
      checkReport(output, /Migrations are pending: 20991231000002-hide-from-service/);
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
      checkReport(output, /there_is_no_such_table/);
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.describeTasks(), tasks);
    }),
  );

  await check(
    'v5, whose migration outlives its deadline, is ended by the database, and visits go on',
    async () => {
      const [schema, tasks] = [await database.describeSchema(), await service.describeTasks()];
      const extra = { version: 'v5', footfall_migration_deadline: 25 };
      const { code, output } = await playbooks.run('deploy', extra, { mayFail: true });
      assert.notEqual(code, 0);
      checkReport(output, /statement timeout/);
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.describeTasks(), tasks);
      assert.equal((await ask(service.url, '/after-v5')).json.visits, 1);
    },
  );

  await check(
    'a deploy that was killed is taken back by rollback, once its lock is away; no visit fails',
    () =>
      loads.run('killed', async () => {
        const schema = await database.describeSchema();
        await playbooks.interrupt('deploy', { version: 'v2' }, /stack : Wait until the swarm has decided/);
        assert.notEqual(await database.describeSchema(), schema);
        const { code, output } = await playbooks.run('rollback', {}, { mayFail: true });
        assert.notEqual(code, 0);
        checkReport(output, /another run may be under way/);

        await service.removeLock();
        await playbooks.run('rollback');
        assert.equal(await database.describeSchema(), schema);
        assert.equal(await service.readImage(), image);
        assert.equal((await service.readRelease()).version, 'v1');
      }),
  );
}

/** The end of the output has to say why. */
function checkReport(output, reason) {
  const report = output.slice(output.lastIndexOf('Report the failure'));
  assert.ok(reason.test(report), `${reason} is not in:\n${report}`);
}
