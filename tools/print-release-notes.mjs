// Prints what CHANGELOG.md says about a version, or about the next one, for the page of the release:
//   node tools/print-release-notes.mjs [VERSION [CHANGELOG]]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSection } from './release/take-section.mjs';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [version = manifest.version, file = join(root, 'CHANGELOG.md')] = process.argv.slice(2);
const changelog = readFileSync(file, 'utf8');
const section = takeSection(changelog, version) ?? takeSection(changelog, 'Unreleased');
if (section) {
  const repository = manifest.repository.url.replace(/^git\+|\.git$/g, '');
  // Links to files of the repository have no meaning on another page.
  const links = /(?<=\]\()(?![a-z]+:|#)/g;
  process.stdout.write(`${section.replace(links, `${repository}/-/blob/v${version}/`)}\n`);
} else {
  process.stderr.write(`CHANGELOG.md says nothing about ${version}.\n`);
  process.exitCode = 1;
}
