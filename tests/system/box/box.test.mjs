/**
 * Updates and rolls back, under load, a host with one processor and 1 GiB that has the profile `small`:
 * `npm run test:box`. About eight minutes; needs FOOTFALL_LAB, like `npm run test:deploy`. The database is elsewhere.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startController } from '../deploy/support/controller.mjs';
import { createDeployment } from '../deploy/support/create-deployment.mjs';
import { findEngine } from '../support/engine.mjs';
import { createSharedResources } from '../support/shared-resources.mjs';
import { watchHost } from './watch-host.mjs';

const skip = (!(await findEngine()) || !process.env.FOOTFALL_LAB) && 'no engine or no hosts';
const { share, removeAll } = createSharedResources();
after(removeAll);

const controller = share('the machine with Ansible', startController, ({ stop }) => stop());
const { context, pushed, provisioned } = createDeployment(share, controller, {
  count: 1,
  limit: { cpus: 1, memory: '1g' },
  settings: { footfall_profile: 'small' },
  versions: ['v1', 'v2'],
  perSecond: 50,
});

const deployed = share('the deploy of v1', async () => {
  await Promise.all([pushed(), provisioned()]);
  await (await context()).playbooks.run('deploy', { version: 'v1' });
  return context();
});
const updated = share('the update to v2', async () => {
  await deployed();
  return runInBox('updated', 'v2', (playbooks) => playbooks.run('deploy', { version: 'v2' }));
});

/** Runs a playbook under load. No visit may fail, and the kernel may kill nothing. */
async function runInBox(title, version, run) {
  const { hosts, playbooks, loads, service } = await context();
  const readHost = watchHost(hosts[0]);
  const summary = await loads.run(title, async () => {
    await run(playbooks);
    assert.equal((await service.readRelease()).version, version);
    assert.equal((await service.listReplicaNodes()).length, 2);
  });
  const { peakMiB, killed } = await readHost();
  assert.deepEqual(killed, []);
  return `${summary}; at most ${peakMiB} of 1,024 MiB`;
}

describe('box', { skip, concurrency: false }, () => {
  test('v1 is deployed, and its limits fit 1 GiB even while an update runs a third replica', async () => {
    const { hosts } = await deployed();
    const [web, nginx] = await Promise.all(
      ['web', 'nginx'].map(async (name) => {
        const format = '{{.Spec.TaskTemplate.Resources.Limits.MemoryBytes}}';
        return Number(
          await hosts[0].run('docker', 'service', 'inspect', `footfall_${name}`, '--format', format),
        );
      }),
    );
    assert.ok(web > 0 && nginx > 0);
    assert.ok(3 * web + nginx <= 2 ** 30, `3 × ${web} + ${nginx}`);
  });

  test('v2 with a migration is deployed under 50 visits per second, and none fails', async (t) => {
    t.diagnostic(await updated());
  });

  test('a backup is made under the same load, and no visit fails', async (t) => {
    await updated();
    t.diagnostic(await runInBox('backed-up', 'v2', (playbooks) => playbooks.run('backup')));
  });

  test('v2 is rolled back to v1 under the same load, and no visit fails', async (t) => {
    await updated();
    t.diagnostic(await runInBox('rolled-back', 'v1', (playbooks) => playbooks.run('rollback')));
  });

  test('everything that the tests started is removed', removeAll);
});
