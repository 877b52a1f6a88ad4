import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../support/wait-until.cjs';
import { dropDigests } from '../support/base-images.mjs';
import { buildImage, findFreePort, host, runId } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';
import { docker, runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

const images = `footfall-selfhost-${runId}`;
const file = join(repository, 'docker/self-host/compose.yaml');

/** Builds the images of two releases; the newer one has one more migration. */
export async function buildReleases() {
  await buildImage('docker/app.Dockerfile', `${images}/app:older`);
  await buildImage('docker/app.Dockerfile', `${images}/app:newer`, {
    MIGRATIONS: 'tests/system/deploy/migrations/v2',
  });
  await buildImage('docker/nginx.Dockerfile', `${images}/nginx:older`);
  await docker(['tag', `${images}/nginx:older`, `${images}/nginx:newer`]);
  return async () => {
    const names = ['app', 'nginx'].flatMap((name) => [`${images}/${name}:older`, `${images}/${name}:newer`]);
    await docker(['image', 'rm', ...names]);
  };
}

/** Puts the compose file alone into an empty folder, as a user does. */
export async function createInstallation() {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-selfhost-'));
  await cp(file, join(folder, 'compose.yaml'));
  await dropDigests(join(folder, 'compose.yaml'));
  const [port, tlsPort] = [await findFreePort(), await findFreePort()];
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: `footfall-selfhost-${runId}`,
    FOOTFALL_IMAGES: images,
    HTTP_PORT: String(port),
    HTTPS_PORT: String(tlsPort),
  };
  const url = `https://${host}:${tlsPort}`;
  const compose = (...words) => docker(['compose', ...words], { env, cwd: folder });
  const trust = { rejectUnauthorized: false };
  return {
    url,
    plainUrl: `http://${host}:${port}`,
    compose,
    /** Sets the release as the documents say, and brings it up. */
    async up(release) {
      if (release) await writeFile(join(folder, '.env'), `FOOTFALL_VERSION=${release}\n`);
      await compose('up', '--detach');
      await waitUntil('the proxy', 30, async () => (await ask(url, '/favicon.ico', trust)).status === 200);
    },
    async visit(name) {
      const { status, json } = await ask(url, `/${name}`, trust);
      return [status, json?.visits];
    },
    ask: (path, headers = {}) => ask(url, path, { ...trust, headers }),
    query: (sql) => compose('exec', '-T', 'db', 'psql', '--username=footfall', '-Atc', sql),
    /** Runs a line of the documents in the folder. */
    run: (line) => runProgram('sh', ['-c', line], { env, cwd: folder }),
    read: (name) => readFile(join(folder, name)),
    async write(name, content) {
      await writeFile(join(folder, name), content);
    },
    async remove() {
      await compose('--profile', 'manual', 'down', '--volumes', '--remove-orphans');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads the commands of docs/self-hosting.md below a heading. */
export async function readCommands(heading) {
  const text = await readFile(join(repository, 'docs/self-hosting.md'), 'utf8');
  const [section] = text.split(`\n## ${heading}\n`)[1].split('\n## ');
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands);
}
