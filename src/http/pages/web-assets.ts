import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Body } from '../render-once';

/** One file for the browser. */
export interface WebAsset {
  readonly type: string;
  readonly body: Body;
}

/** The bundle of `src/web`, served below `/-/assets/`. */
export interface WebAssets {
  /** The path of a source file such as `main.ts`, with a hash of its content. */
  pathOf(source: string): string;
  /** By file name. */
  readonly files: ReadonlyMap<string, WebAsset>;
  /** The script that other sites embed, served as `/-/count.js`. */
  readonly counter: WebAsset;
}

interface Manifest {
  readonly files: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the bundle made by `npm run build` into memory, so that a later build does not affect a
 * running service.
 * @param root the folder of the compiled sources, or the root of the repository.
 * @throws {Error} if there is no bundle.
 */
export function loadWebAssets(root: string): WebAssets {
  const directory = [join(root, 'web'), join(root, 'dist', 'web')].find((candidate) =>
    existsSync(join(candidate, 'manifest.json')),
  );
  if (directory === undefined) throw new Error('The pages are not built. Run "npm run build".');
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
  const load = (name: string): WebAsset => ({
    type: types[extname(name)] ?? 'application/octet-stream',
    body: new Body(readFileSync(join(directory, name))),
  });
  return {
    pathOf: (source) => `/-/assets/${manifest.files[source] ?? source}`,
    files: new Map(Object.values(manifest.files).map((name) => [name, load(name)])),
    counter: load('count.js'),
  };
}
