import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from '../support/http-client.mjs';

/** Tests releases that fail: the previous release goes on serving, on its own schema. */
export function describeFailures(runningV1, share) {
  const imageOfV1 = share('the image of v1', async () => (await runningV1()).service.readImage());

  test('v3, which never becomes healthy, is rolled back automatically, and no visit fails', async (t) => {
    const { playbooks, loads, service, database } = await runningV1();
    const image = await imageOfV1();
    const summary = await loads.runLightly('unhealthy', async () => {
      const schema = await database.describeSchema();
      const { code, output } = await playbooks.run('deploy', { version: 'v3' }, { mayFail: true });
      assert.notEqual(code, 0);
      checkReport(output, /unhealthy/);
      checkReport(output, /Migrations are pending: 20991231000002-hide-from-service/);
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.readImage(), image);
      assert.equal((await service.readRelease()).version, 'v1');
      assert.equal((await service.listReplicaNodes()).length, 2);
    });
    t.diagnostic(summary);
  });

  test('v4, whose migration fails, is not rolled out: schema and service are unchanged', async (t) => {
    const { playbooks, loads, service, database } = await runningV1();
    const summary = await loads.runLightly('throwing', async () => {
      const [schema, tasks] = [await database.describeSchema(), await service.describeTasks()];
      const { code, output } = await playbooks.run('deploy', { version: 'v4' }, { mayFail: true });
      assert.notEqual(code, 0);
      checkReport(output, /there_is_no_such_table/);
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.describeTasks(), tasks);
    });
    t.diagnostic(summary);
  });

  test('v5, whose migration exceeds its deadline, is ended by the database, and visits go on', async () => {
    const { playbooks, service, database } = await runningV1();
    const [schema, tasks] = [await database.describeSchema(), await service.describeTasks()];
    const extra = { version: 'v5', footfall_migration_deadline: 25 };
    const { code, output } = await playbooks.run('deploy', extra, { mayFail: true });
    assert.notEqual(code, 0);
    checkReport(output, /statement timeout/);
    assert.equal(await database.describeSchema(), schema);
    assert.equal(await service.describeTasks(), tasks);
    assert.equal((await ask(service.url, '/after-v5')).json.visits, 1);
  });

  test('a killed deploy is rolled back once its lock is removed, and no visit fails', async (t) => {
    const { playbooks, loads, service, database } = await runningV1();
    const image = await imageOfV1();
    const summary = await loads.runLightly('killed', async () => {
      const schema = await database.describeSchema();
      await playbooks.interrupt('deploy', { version: 'v2' }, /Wait until the swarm has decided/);
      assert.notEqual(await database.describeSchema(), schema);
      const { code, output } = await playbooks.run('rollback', {}, { mayFail: true });
      assert.notEqual(code, 0);
      checkReport(output, /another run may be under way/);

      await service.removeLock();
      await playbooks.run('rollback');
      assert.equal(await database.describeSchema(), schema);
      assert.equal(await service.readImage(), image);
      assert.equal((await service.readRelease()).version, 'v1');
    });
    t.diagnostic(summary);
  });
}

/** The end of the output must give the reason. */
function checkReport(output, reason) {
  const report = output.slice(output.lastIndexOf('Report the failure'));
  assert.ok(reason.test(report), `${reason} is not in:\n${report}`);
}
