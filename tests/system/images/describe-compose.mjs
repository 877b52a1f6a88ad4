import assert from 'node:assert/strict';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropDigests } from '../support/base-images.mjs';
import { findFreePort, host, runId } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';
import { copyWorkTree, repository } from '../support/work-tree.mjs';
import { docker } from '../support/shell.mjs';
import { waitUntil } from '../../support/wait-until.cjs';

/** Tests the compose files. The one for development is started from a copy of the files that a clone has. */
export function describeCompose(builtImages, share) {
  const production = ['--file', join(repository, 'docker-compose.prod.yml')];
  const productionVariables = async () => {
    const { images } = await builtImages();
    return { ...process.env, APP_IMAGE: images.app, NGINX_IMAGE: images.nginx, DB_HOST: 'db.example' };
  };
  test('the compose files are valid, also with New Relic and a read key', async () => {
    const env = await productionVariables();
    const newRelic = ['--file', join(repository, 'docker-compose.newrelic.yml')];
    await docker(['compose', ...production, 'config', '--quiet'], { env });
    const readKey = ['--file', join(repository, 'docker-compose.read-key.yml')];
    await docker(['compose', ...production, ...newRelic, ...readKey, 'config', '--quiet'], { env });
  });

  test('production allows clients what nginx lets pass, and trusts only nginx', async () => {
    const env = await productionVariables();
    const config = JSON.parse(
      await docker(['compose', ...production, 'config', '--format', 'json'], { env }),
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

  const clone = share('the clone for compose', createClone, ({ remove }) => remove());
  const development = share('docker compose up', async () => {
    const { compose, url } = await clone();
    await compose('config', '--quiet');
    await compose('up', '--detach', '--build');
    await waitUntil('the first visit', 120, async () => (await ask(url, '/alice')).json?.visits === 1);
  });

  test('docker compose up serves from a clone with the two example files copied', development);

  test('a changed source is served without a manual restart, and the counts are kept', async (t) => {
    await development();
    const { folder, url } = await clone();
    const start = performance.now();
    const file = join(folder, 'src/http/routes/pages/browser-files.ts');
    const source = await readFile(file, 'utf8');
    await writeFile(file, source.replace('User-agent: *', '# changed\\nUser-agent: *'));
    await waitUntil('the change', 60, async () =>
      (await ask(url, '/robots.txt')).text.startsWith('# changed'),
    );
    assert.equal((await ask(url, '/alice')).json.visits, 2);
    t.diagnostic(`after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  });
}

async function createClone() {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-compose-'));
  const env = {
    ...process.env,
    PORT: String(await findFreePort()),
    COMPOSE_PROJECT_NAME: `footfall-test-${runId}`,
  };
  const compose = (...words) => docker(['compose', ...words], { env, cwd: folder, timeoutMs: 600_000 });
  // The user in the container reads the sources from this folder.
  await chmod(folder, 0o755);
  await copyWorkTree(folder);
  for (const file of ['docker-compose.yml', 'docker/app.Dockerfile']) await dropDigests(join(folder, file));
  for (const part of ['web', 'db'])
    await cp(join(folder, `.${part}.env.example`), join(folder, `.${part}.env`));
  return {
    folder,
    compose,
    url: `http://${host}:${env.PORT}`,
    async remove() {
      await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
