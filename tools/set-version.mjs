// Runs in `npm version`: writes the new version where it is the default of an image tag or label.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const [file, pattern] of [
  ['docker/self-host/compose.yaml', /(?<=FOOTFALL_VERSION:-)[^}]+/g],
  ['docker/app.Dockerfile', /(?<=^ARG VERSION=).+$/gm],
  ['docker/nginx.Dockerfile', /(?<=^ARG VERSION=).+$/gm],
]) {
  const path = join(root, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, version));
}
