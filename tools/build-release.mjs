// Builds the files that a release has beside its images: node tools/build-release.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(root, 'release'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

// The name has no version, so that the pipeline can link to it. This also builds the program.
run('npm', ['pack', '--silent', '--pack-destination', folder]);
const [tarball] = readdirSync(folder);
renameSync(join(folder, tarball), join(folder, 'footfall.tgz'));

// From the lock file, so that it lists the packages of every platform.
const sbom = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
write('sbom.cdx.json', JSON.stringify(omitDev(JSON.parse(run('npm', sbom))), null, 2));
write('openapi.json', run(process.execPath, ['tools/print-openapi.mjs']));
write('notes.md', run(process.execPath, ['tools/print-release-notes.mjs']));

const files = readdirSync(folder).filter((file) => file !== 'notes.md');
write('SHA256SUMS', files.map((file) => `${digest(file)}  ${file}\n`).join(''));

function run(program, args) {
  return execFileSync(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 });
}

// With --omit=dev, npm also leaves out packages of ours that a development dependency needs as well.
function omitDev({ components, dependencies, ...sbom }) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const ours = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const names = new Set(
    ours.map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
  );
  const nameOf = ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`;
  const kept = components.filter((component) => names.has(nameOf(component)));
  const refs = new Set([
    sbom.metadata.component['bom-ref'],
    ...kept.map((component) => component['bom-ref']),
  ]);
  return {
    ...sbom,
    components: kept,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

function write(file, content) {
  writeFileSync(join(folder, file), content);
}

function digest(file) {
  return createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex');
}
