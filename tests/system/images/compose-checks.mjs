import assert from 'node:assert/strict';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, host, runId } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';
import { copyWorkTree, repository } from '../support/work-tree.mjs';
import { docker, waitUntil } from '../support/shell.mjs';

/** The two compose files; the one for development is brought up out of what git would hand to a stranger. */
export async function checkCompose({ check }, { images }) {
  await check('the compose files are valid, also with New Relic beside them', async () => {
    const env = { ...process.env, APP_IMAGE: images.app, NGINX_IMAGE: images.nginx, DB_HOST: 'db.example' };
    const production = ['--file', join(repository, 'docker-compose.prod.yml')];
    const newRelic = ['--file', join(repository, 'docker-compose.newrelic.yml')];
    await docker(['compose', ...production, 'config', '--quiet'], { env });
    await docker(['compose', ...production, ...newRelic, 'config', '--quiet'], { env });
  });

  await check('production limits clients by what nginx lets pass, and believes nginx alone', async () => {
    const env = { ...process.env, APP_IMAGE: images.app, NGINX_IMAGE: images.nginx, DB_HOST: 'db.example' };
    const file = join(repository, 'docker-compose.prod.yml');
    const config = JSON.parse(
      await docker(['compose', '--file', file, 'config', '--format', 'json'], { env }),
    );
    const { environment } = config.services.web;
    assert.equal(environment.TRUSTED_PROXIES, 'uniquelocal');
    const script = await readFile(join(repository, 'nginx/render-config.sh'), 'utf8');
    for (const [kind, setting] of [
      ['VISIT', 'RATE_LIMIT_VISITS'],
      ['VISIT', 'RATE_LIMIT_READS'],
      ['BADGE', 'RATE_LIMIT_BADGES'],
    ]) {
      const rate = Number(new RegExp(`${kind}_RATE:-(\\d+)r/s`).exec(script)[1]);
      const burst = Number(new RegExp(`${kind}_BURST:-(\\d+)`).exec(script)[1]);
      const passed = 60 * rate + burst;
      const allowed = Number(environment[setting]);
      assert.ok(allowed >= passed && allowed < 1.1 * passed, `${setting} ${allowed}, nginx ${passed}`);
    }
  });

  const folder = await mkdtemp(join(tmpdir(), 'footfall-compose-'));
  const env = {
    ...process.env,
    PORT: String(await findFreePort()),
    COMPOSE_PROJECT_NAME: `footfall-test-${runId}`,
  };
  const compose = (...words) => docker(['compose', ...words], { env, cwd: folder, timeoutMs: 600_000 });
  const url = `http://${host}:${env.PORT}`;
  try {
    await check('docker compose up serves from a clean clone with the two example files copied', async () => {
      // The container's user reads the sources where they lie.
      await chmod(folder, 0o755);
      await copyWorkTree(folder);
      for (const part of ['web', 'db'])
        await cp(join(folder, `.${part}.env.example`), join(folder, `.${part}.env`));
      await compose('config', '--quiet');
      await compose('up', '--detach', '--build');
      await waitUntil('the first visit', 120, async () => (await ask(url, '/alice')).json?.visits === 1);
    });

    await check(
      'a changed source is served without a restart by hand, and the numbers are kept',
      async () => {
        const start = performance.now();
        const file = join(folder, 'src/http/routes/browser-requests.ts');
        const source = await readFile(file, 'utf8');
        await writeFile(file, source.replace('User-agent: *', '# changed\\nUser-agent: *'));
        await waitUntil('the change', 60, async () =>
          (await ask(url, '/robots.txt')).text.startsWith('# changed'),
        );
        assert.equal((await ask(url, '/alice')).json.visits, 2);
        return `after ${((performance.now() - start) / 1000).toFixed(1)} s`;
      },
    );
  } finally {
    await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local');
    await rm(folder, { recursive: true, force: true });
  }
}
