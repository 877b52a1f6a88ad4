import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roles } from './support/database.mjs';

// Everything on the disk of the host, except the folder of the engine, which only root can enter, and the handles of
// its networks, which are not files.
const engine = ['(', '-path', '/var/lib/docker', '-o', '-path', '/run/docker/netns', ')'];
const everywhere = ['find', '/', '-ignore_readdir_race', '-xdev', ...engine, '-prune', '-o'];

/** Tests what a deploy leaves on its hosts. */
export function describeHosts(runningV1) {
  test('no repository, package or source of the service is on a host', async () => {
    const { hosts } = await runningV1();
    for (const host of hosts) {
      const names = ['.git', 'node_modules', 'package.json', 'app.Dockerfile'];
      const tests = names.flatMap((name) => ['-name', name, '-o']).slice(0, -1);
      assert.equal(await host.run(...everywhere, '(', ...tests, ')', '-print'), '');
    }
  });

  test('no password is in a world-readable file or in the output of the engine', async () => {
    const { hosts } = await runningV1();
    const passwords = Object.values(roles).flatMap(({ password }) => ['-e', password]);
    for (const host of hosts) {
      const readable = [...everywhere, '-type', 'f', '-perm', '-o=r', '-size', '-4096k'];
      // grep fails when nothing matches, or when a file was removed in between.
      const search = ['sh', '-c', 'grep -lsF "$@"; true', 'sh', ...passwords];
      assert.equal(await host.run(...readable, '-exec', ...search, '{}', '+'), '');
      assert.match(await host.run('stat', '-c', '%a', '/var/lib/docker'), /^7.0$/);
    }
    const output = await hosts[0].run(
      'sh',
      '-c',
      'docker service inspect $(docker service ls -q); docker secret inspect $(docker secret ls -q)',
    );
    for (const { password } of Object.values(roles)) assert.ok(!output.includes(password));
  });
}
