// Runs in `npm version`: writes the new version where an image tag, a label or a link names it, gives the section
// Unreleased of the CHANGELOG its version and date, and writes the address of the documentation into the README.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSection } from './release/take-section.mjs';

const root = join(import.meta.dirname, '..');
const { version, homepage, repository } = JSON.parse(read('package.json'));
for (const [file, pattern, value] of [
  ['docker/self-host/compose.yaml', /(?<=FOOTFALL_VERSION:-)[^}]+/g, version],
  ['docker/app.Dockerfile', /(?<=^ARG VERSION=).+$/gm, version],
  ['docker/nginx.Dockerfile', /(?<=^ARG VERSION=).+$/gm, version],
  ['docs/self-hosting.md', /(?<=\/raw\/v|\/app:|FOOTFALL_VERSION=)\d[^\s/]*/g, version],
  ['docs/versions.md', /(?<=\/app:)\d[^\s/]*/g, version],
  ['README.md', /(?<=\/raw\/v|\/app:)\d[^\s/]*/g, version],
  ['README.md', /(?<=\[Documentation\]\()[^)]+/g, homepage],
]) {
  write(file, read(file).replace(pattern, value));
}

const changelog = read('CHANGELOG.md');
if (takeSection(changelog, version) === undefined) {
  if (!takeSection(changelog, 'Unreleased')) {
    throw new Error('CHANGELOG.md says nothing under "## Unreleased".');
  }
  const today = new Date().toISOString().slice(0, 10);
  const page = `${repository.url.replace(/^git\+|\.git$/g, '')}/-/releases/v${version}`;
  const dated = changelog.replace(/^## Unreleased$/m, `## [${version}] - ${today}`);
  const separator = /^\[[^\]]+\]: .*\n$(?![^])/m.test(dated) ? '' : '\n';
  write('CHANGELOG.md', `${dated}${separator}[${version}]: ${page}\n`);
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}

function write(file, text) {
  writeFileSync(join(root, file), text);
}
