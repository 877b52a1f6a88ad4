import assert from 'node:assert/strict';
import { ask } from '../support/http-client.mjs';
import { roles } from './support/database.mjs';

/** A new login for the service, as PostgreSQL has it: a second role, since a role has one password at a time. */
export async function checkSecrets({ check }, { playbooks, loads, service, database, toSecrets }) {
  await check('a rotated secret is in use, no visit fails, and the old one is gone', () =>
    loads.run('rotated', async () => {
      const before = await service.listSecrets();
      assert.deepEqual(await database.listServiceRoles(), [roles.first.username]);
      await playbooks.writeSecrets(toSecrets(roles.second));
      await playbooks.run('deploy', { version: 'v1' });

      assert.deepEqual(await database.listServiceRoles(), [roles.second.username]);
      await database.query(`ALTER ROLE ${roles.first.username} NOLOGIN`);
      const after = await service.listSecrets();
      assert.equal(after.length, before.length);
      assert.equal(after.filter((name) => !before.includes(name)).length, 1);
    }),
  );

  await check('the service still connects once the old login is closed', async () => {
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'footfall'`,
    );
    assert.equal((await ask(service.url, '/')).status, 200);
  });
}
