import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listMigrations } from '../../src/db/list-migrations';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const { name, version } = JSON.parse(read('package.json')) as { name: string; version: string };

/** Lists what `npm publish` would send, from the build that is there. */
function listPacked(): string[] {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const output = execFileSync('npm', words, { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] });
  const [packed] = JSON.parse(output.toString()) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path);
}

it('packs the program, all migrations and the web assets, and nothing else', () => {
  const packed = listPacked();
  expect(packed).toEqual(
    expect.arrayContaining(['dist/src/cli/footfall.js', 'dist/web/manifest.json', 'LICENSE', 'README.md']),
  );
  for (const migration of listMigrations()) expect(packed).toContain(`dist/migrations/${migration.name}.js`);
  const known = /^(dist\/(src|migrations)\/.*\.js|dist\/web\/[\w.-]+|LICENSE|README\.md|package\.json)$/;
  expect(packed.filter((path) => !known.test(path))).toEqual([]);
});

it('publishes with provenance, as a public package', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
  expect(manifest['private']).toBeUndefined();
  expect(manifest['publishConfig']).toEqual({ access: 'public', provenance: true });
  expect((manifest['scripts'] as Record<string, string>)['prepublishOnly']).toBe(
    'node tools/check-release.mjs',
  );
  const { publish } = parse(read('.gitlab-ci.yml')) as { publish: { id_tokens: unknown } };
  // npm takes the identity for provenance from this token.
  expect(publish.id_tokens).toEqual({ SIGSTORE_ID_TOKEN: { aud: 'sigstore' } });
});

it.each(['README.md', 'docs/self-hosting.md'])('is named in %s as in package.json', (file) => {
  const named = [...read(file).matchAll(/@footfall[\w-]*\/[\w-]+/g)].map(([found]) => found);
  expect(named.length).toBeGreaterThan(0);
  expect(new Set(named)).toEqual(new Set([name]));
});

it.each(['docker/self-host/compose.yaml', 'docker/app.Dockerfile', 'docker/nginx.Dockerfile'])(
  'has the version of package.json as default in %s',
  (file) => {
    const versions = [...read(file).matchAll(/(?:FOOTFALL_VERSION:-|^ARG VERSION=)([^}\n]+)/gm)];
    expect(versions.length).toBeGreaterThan(0);
    for (const [, found] of versions) expect(found).toBe(version);
  },
);
