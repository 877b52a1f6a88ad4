import assert from 'node:assert/strict';
import { roles } from './support/database.mjs';

// Everything on the host's own disk but what the engine keeps, which only root can enter: what lies on it, and the
// handles of its networks, which are no files.
const engine = ['(', '-path', '/var/lib/docker', '-o', '-path', '/run/docker/netns', ')'];
const everywhere = ['find', '/', '-xdev', ...engine, '-prune', '-o'];

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
      const words = [...readable, '-exec', 'grep', '-lsF', ...passwords, '{}', '+'];
      assert.equal(await host.run(...words).catch(acceptNothingFound), '');
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

// find ends with 1 when grep did, which is when nothing matched, or a file was gone by the time it was read (-s).
function acceptNothingFound(error) {
  if (/ended with 1:\s*$/.test(error.message)) return '';
  throw error;
}
