import assert from 'node:assert/strict';
import { roles } from './support/database.mjs';

// Everything on the host's own disk but what the engine keeps, which only root can enter: what lies on it, and the
// handles of its networks, which are no files.
const engine = ['(', '-path', '/var/lib/docker', '-o', '-path', '/run/docker/netns', ')'];
const everywhere = ['find', '/', '-ignore_readdir_race', '-xdev', ...engine, '-prune', '-o'];

/** What a deploy leaves on its hosts. */
export async function checkServers({ check }, { hosts }) {
  await check('no repository, package or source of the service is on a host', async () => {
    for (const host of hosts) {
      const names = ['.git', 'node_modules', 'package.json', 'app.Dockerfile'];
      const tests = names.flatMap((name) => ['-name', name, '-o']).slice(0, -1);
      assert.equal(await host.run(...everywhere, '(', ...tests, ')', '-print'), '');
    }
  });

  await check('no password is in a file that everybody can read, nor in what the engine tells', async () => {
    const passwords = Object.values(roles).flatMap(({ password }) => ['-e', password]);
    for (const host of hosts) {
      const readable = [...everywhere, '-type', 'f', '-perm', '-o=r', '-size', '-4096k'];
      // Where nothing matches, or a file is gone by the time it is read, grep does not end with 0.
      const search = ['sh', '-c', 'grep -lsF "$@"; true', 'sh', ...passwords];
      assert.equal(await host.run(...readable, '-exec', ...search, '{}', '+'), '');
      assert.match(await host.run('stat', '-c', '%a', '/var/lib/docker'), /^7.0$/);
    }
    const told = await hosts[0].run(
      'sh',
      '-c',
      'docker service inspect $(docker service ls -q); docker secret inspect $(docker secret ls -q)',
    );
    for (const { password } of Object.values(roles)) assert.ok(!told.includes(password));
  });
}
