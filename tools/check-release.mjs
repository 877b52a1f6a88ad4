// Runs before a release is published. Only the pipeline of a tag publishes, and only the version that the tag names.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSection } from './release/take-section.mjs';

const root = join(import.meta.dirname, '..');
const read = (file) => readFileSync(join(root, file), 'utf8');
const { version } = JSON.parse(read('package.json'));
const tag = process.env.CI_COMMIT_TAG;
if (tag !== `v${version}`) {
  refuse(
    `package.json says ${version}, so the pipeline must run for the tag v${version}${tag ? `, not ${tag}` : ''}`,
  );
} else if (JSON.parse(read('docs/surface.json')).version !== version) {
  refuse('docs/surface.json is that of another release; "npm version" records it');
} else if (!takeSection(read('CHANGELOG.md'), version)) {
  refuse(`CHANGELOG.md has no section ${version}; "npm version" names it`);
}

function refuse(reason) {
  process.stderr.write(`Not published: ${reason}.\n`);
  process.exitCode = 1;
}
