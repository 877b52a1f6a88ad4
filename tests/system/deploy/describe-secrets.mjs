import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from '../support/http-client.mjs';
import { toSecrets } from './support/create-deployment.mjs';
import { roles } from './support/database.mjs';

/** Tests a new login of the service. It is a second role, since a role of PostgreSQL has one password at a time. */
export function describeSecrets(runningV1, share) {
  const rotated = share('the rotation of the secret', async () => {
    const { playbooks, loads, service, database } = await runningV1();
    return loads.runLightly('rotated', async () => {
      const before = await service.listSecrets();
      assert.deepEqual(await database.listServiceRoles(), [roles.first.username]);
      await playbooks.writeSecrets(toSecrets(roles.second));
      await playbooks.run('deploy', { version: 'v1' });

      assert.deepEqual(await database.listServiceRoles(), [roles.second.username]);
      await database.query(`ALTER ROLE ${roles.first.username} NOLOGIN`);
      const after = await service.listSecrets();
      assert.equal(after.length, before.length);
      assert.equal(after.filter((name) => !before.includes(name)).length, 1);
    });
  });

  test('a rotated secret is in use, the old one is gone, and no visit fails', async (t) => {
    t.diagnostic(await rotated());
  });

  test('the service still connects after the old login is closed', async () => {
    await rotated();
    const { service, database } = await runningV1();
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'footfall'`,
    );
    assert.equal((await ask(service.url, '/')).status, 200);
  });
}
