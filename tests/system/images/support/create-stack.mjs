import { join } from 'node:path';
import { repository } from '../../support/work-tree.mjs';
import { docker } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { findFreePort, host, runId } from '../../support/engine.mjs';
import { password } from './database.mjs';
import { ask } from '../../support/http-client.mjs';

const name = `footfall-test-${runId}`;
const secret = `footfall_test_db_password_${runId}`;

/** Creates the production stack with the name and ports of this run, and with rate limits that a load does not reach. */
export async function createStack({ images, database }) {
  const port = await findFreePort();
  const env = {
    ...process.env,
    ...database.settings,
    APP_IMAGE: images.app,
    NGINX_IMAGE: images.nginx,
    DB_PASSWORD_SECRET: secret,
    HTTP_PORT: String(port),
    HTTPS_PORT: String(await findFreePort()),
    LOG_LEVEL: 'debug',
    VISIT_RATE: '100000r/s',
    VISIT_BURST: '100000',
    RATE_LIMIT_VISITS: '0',
    RATE_LIMIT_READS: '0',
    RATE_LIMIT_BADGES: '0',
    RATE_LIMIT_NAMES: '0',
  };
  await docker(['secret', 'create', secret, '-'], { input: password });
  const url = `http://${host}:${port}`;

  // The containers of the running tasks of a service.
  const listContainers = async (service) => {
    const filter = `label=com.docker.swarm.service.name=${name}_${service}`;
    const ids = await docker(['ps', '--quiet', '--no-trunc', '--filter', filter]);
    return ids.split('\n').filter(Boolean);
  };
  const countHealthy = async (service) => {
    const filter = `label=com.docker.swarm.service.name=${name}_${service}`;
    const ids = await docker(['ps', '--quiet', '--filter', filter, '--filter', 'health=healthy']);
    return ids.split('\n').filter(Boolean).length;
  };

  return {
    url,
    listContainers,
    async deploy() {
      const file = join(repository, 'docker-compose.prod.yml');
      await docker(['stack', 'deploy', '--resolve-image', 'never', '--compose-file', file, name], { env });
    },
    /** Waits until exactly `replicas` are healthy, and forty requests in a row are answered. */
    async waitHealthy(replicas, seconds = 180) {
      await waitUntil(
        `${replicas} healthy replicas`,
        seconds,
        async () => (await countHealthy('web')) === replicas && (await countHealthy('nginx')) === 1,
      );
      await waitUntil('forty answers in a row', seconds, async () => {
        for (let turn = 0; turn < 40; turn += 1) {
          if ((await ask(url, '/favicon.ico')).status !== 200) return false;
        }
        return true;
      });
    },
    scale: (replicas) => docker(['service', 'scale', '--detach', `${name}_web=${replicas}`]),
    /** Replaces all containers of a service. */
    replace: (service) =>
      docker([
        'service',
        'update',
        '--detach',
        '--force',
        '--quiet',
        '--update-monitor',
        '5s',
        `${name}_${service}`,
      ]),
    readUpdateState: (service) =>
      docker([
        'service',
        'inspect',
        `${name}_${service}`,
        '--format',
        '{{with .UpdateStatus}}{{.State}}{{end}}',
      ]),
    /** Counts the visits in the log of each running replica since `since`. */
    async countVisits(since) {
      const counts = new Map();
      for (const id of await listContainers('web')) {
        const log = await docker(['logs', '--since', since.toISOString(), id]);
        counts.set(
          id,
          log.split('\n').filter((line) => line.includes('"route":"/:username","status":200')).length,
        );
      }
      return counts;
    },
    async remove() {
      await docker(['stack', 'rm', name]);
      await waitUntil('the stack to be removed', 90, async () => {
        const label = `label=com.docker.stack.namespace=${name}`;
        const containers = await docker(['ps', '--all', '--quiet', '--filter', label]);
        const networks = await docker(['network', 'ls', '--quiet', '--filter', label]);
        return containers === '' && networks === '';
      });
    },
    async destroy() {
      await this.remove();
      await docker(['secret', 'rm', secret]);
      await waitUntil('the volumes to be removed', 30, async () => {
        const volumes = await docker([
          'volume',
          'ls',
          '--quiet',
          '--filter',
          `label=com.docker.stack.namespace=${name}`,
        ]);
        if (volumes === '') return true;
        await docker(['volume', 'rm', ...volumes.split('\n')]);
        return true;
      });
    },
  };
}
