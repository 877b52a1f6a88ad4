// Bundles src/web into dist/web with hashed file names, and writes the manifest that the service reads. count.js, which
// other sites embed, keeps its name.
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const outdir = join(root, 'dist', 'web');
const entries = ['main.ts', 'api.ts', 'styles.css', 'favicon.svg'];

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: entries.map((entry) => join('src', 'web', entry)),
  outdir,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  // Browsers of the last three years. Code that uses newer features checks for them.
  target: ['chrome111', 'firefox113', 'safari16.4'],
  loader: { '.svg': 'copy' },
  metafile: true,
  logLevel: 'warning',
});

const files = Object.fromEntries(
  Object.entries(metafile.outputs).map(([path, output]) => [
    basename(output.entryPoint ?? Object.keys(output.inputs)[0]),
    basename(path),
  ]),
);
writeFileSync(join(outdir, 'manifest.json'), `${JSON.stringify({ files }, null, 2)}\n`);

await build({
  absWorkingDir: root,
  entryPoints: [join('src', 'web', 'count.ts')],
  outdir,
  bundle: true,
  minify: true,
  format: 'iife',
  // Browsers of the last four years.
  target: ['chrome107', 'firefox107', 'safari16.1'],
  charset: 'utf8',
  logLevel: 'warning',
});
