import { buildImage, ensureImage, runId } from '../../support/engine.mjs';
import { docker, runProgram } from '../../support/shell.mjs';

/**
 * Builds both images, or takes those that APP_IMAGE and NGINX_IMAGE name.
 * @returns their names, and the version and revision that their labels must have.
 */
export async function prepareImages() {
  const { stdout } = await runProgram('git', ['rev-parse', 'HEAD']);
  const revision = stdout.trim();
  const { APP_IMAGE: app, NGINX_IMAGE: nginx } = process.env;
  if (app && nginx) {
    const format = '{{index .Config.Labels "org.opencontainers.image.version"}}';
    for (const image of [app, nginx]) await ensureImage(image);
    return { images: { app, nginx }, revision, version: await docker(['inspect', app, '--format', format]) };
  }
  const images = { app: 'footfall:test', nginx: 'footfall-nginx:test' };
  const version = `0.0.0-test.${runId}`;
  const args = { VERSION: version, REVISION: revision };
  await buildImage('docker/app.Dockerfile', images.app, args);
  await buildImage('docker/nginx.Dockerfile', images.nginx, args);
  return { images, version, revision };
}
