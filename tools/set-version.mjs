// Runs in `npm version`: writes the new version where an image tag, a label or a link names it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const [file, pattern] of [
  ['docker/self-host/compose.yaml', /(?<=FOOTFALL_VERSION:-)[^}]+/g],
  ['docker/app.Dockerfile', /(?<=^ARG VERSION=).+$/gm],
  ['docker/nginx.Dockerfile', /(?<=^ARG VERSION=).+$/gm],
  ['docs/self-hosting.md', /(?<=\/raw\/v|\/app:)\d[^\s/]*/g],
  ['README.md', /(?<=\/raw\/v|\/app:)\d[^\s/]*/g],
]) {
  const path = join(root, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, version));
}
