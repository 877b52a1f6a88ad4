// The public interface: what docs/versions.md promises to keep within a major version. Needs `npm run build`.
//   node tools/surface.mjs                                print it
//   node tools/surface.mjs --check [RECORD [CHANGELOG]]   compare it with that of the last release
//   node tools/surface.mjs --record                       record it in docs/surface.json; `npm version` does this
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { describeHttp } from './release/describe-http.mjs';
import { describeCommands, describeMetrics, describeSettings } from './release/describe-program.mjs';
import { describePlaybooks, describeStacks } from './release/describe-stack.mjs';
import { findBreaks } from './release/find-breaks.mjs';
import { root } from './release/load-product.mjs';
import { takeSection } from './release/take-section.mjs';

const [action, record = join(root, 'docs/surface.json'), changelog = join(root, 'CHANGELOG.md')] =
  process.argv.slice(2);
const { version } = readJson(join(root, 'package.json'));
const surface = sort({
  version,
  http: describeHttp(),
  settings: describeSettings(),
  commands: describeCommands(),
  metrics: describeMetrics(),
  stacks: describeStacks(version),
  playbooks: describePlaybooks(),
});
const text = await format(JSON.stringify(surface), { parser: 'json', printWidth: 110 });

if (action === '--check') checkSurface();
else if (action === '--record') recordSurface();
else process.stdout.write(text);

function checkSurface() {
  const breaks = listBreaks();
  const isAnnounced = takeSection(readFileSync(changelog, 'utf8'), 'Unreleased')?.includes(
    '### Incompatible',
  );
  if (breaks.length === 0 || isAnnounced) return;
  fail(
    breaks,
    'If a user must be able to rely on it, restore it. Otherwise the next release needs a major version: list the change\n' +
      'and what a user has to do under "### Incompatible" in the section Unreleased of CHANGELOG.md.\n' +
      'Additions need no step: "npm version" records them with the release.',
  );
}

function recordSurface() {
  const breaks = listBreaks();
  const isMajor = toMajor(version) > toMajor(readRecord().version);
  if (breaks.length > 0 && !isMajor)
    fail(breaks, 'Restore package.json and package-lock.json, and run "npm version major".');
  else writeFileSync(record, text);
}

function listBreaks() {
  const { version: released, ...recorded } = readRecord();
  // Versions below 1.0.0 promise nothing.
  return toMajor(released) === 0 ? [] : findBreaks(recorded, surface);
}

function readRecord() {
  return existsSync(record) ? readJson(record) : { version: '0.0.0' };
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function toMajor(text) {
  return Number(text.split('.')[0]);
}

function fail(breaks, advice) {
  const list = breaks.map((line) => `  ${line}\n`).join('');
  process.stderr.write(`Incompatible with release ${readRecord().version}:\n${list}${advice}\n`);
  process.exitCode = 1;
}

function sort(value) {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sort(child)]));
}
