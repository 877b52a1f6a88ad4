import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ask } from '../support/http-client.mjs';
import { toSecrets } from './support/create-deployment.mjs';
import { roles } from './support/database.mjs';

/** Tests settings that change what the service answers to the smoke test. They stay, so these tests come late. */
export function describeSettings(runningV1) {
  test('a service with a read key is deployed below a base path, and no output has the key', async () => {
    const { playbooks, service } = await runningV1();
    const key = randomBytes(32).toString('hex');
    await playbooks.writeSecrets({ ...toSecrets(roles.second), read_key: key });
    await playbooks.writeSettings({
      footfall_base_path: '/count',
      footfall_service_environment: { PUBLIC: 'nothing' },
      footfall_service_secrets: { READ_KEY: '{{ read_key }}' },
    });
    const { output } = await playbooks.run('deploy', { version: 'v1' });
    assert.ok(!output.includes(key));
    assert.equal((await ask(service.url, '/count/')).status, 401);
    const headers = { Authorization: `Bearer ${key}` };
    assert.equal((await ask(service.url, '/count/', { headers })).status, 200);
  });
}
