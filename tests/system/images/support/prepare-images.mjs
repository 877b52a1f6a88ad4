import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, ensureImage } from '../../support/engine.mjs';
import { runProgram } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';

/**
 * Builds both images, or takes those that APP_IMAGE and NGINX_IMAGE name.
 * @returns their names, and the version and revision that their labels must have.
 */
export async function prepareImages() {
  const { stdout } = await runProgram('git', ['rev-parse', 'HEAD']);
  const revision = stdout.trim();
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const { APP_IMAGE: app, NGINX_IMAGE: nginx } = process.env;
  if (app && nginx) {
    for (const image of [app, nginx]) await ensureImage(image);
    return { images: { app, nginx }, revision, version };
  }
  const images = { app: 'footfall:test', nginx: 'footfall-nginx:test' };
  const args = { VERSION: version, REVISION: revision };
  await buildImage('docker/app.Dockerfile', images.app, args);
  await buildImage('docker/nginx.Dockerfile', images.nginx, args);
  return { images, version, revision };
}
