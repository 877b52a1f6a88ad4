import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** One file of the browser's part. */
export interface WebAsset {
  readonly type: string;
  readonly body: Buffer;
}

/** The browser's part as it was built: what the pages refer to, and what is served below `/-/assets/`. */
export interface WebAssets {
  /** The path that serves a source file, such as `main.ts`, under the name that holds its hash. */
  pathOf(source: string): string;
  /** By the last part of its path. */
  readonly files: ReadonlyMap<string, WebAsset>;
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
 * Reads the bundle that `npm run build` made into memory, so that a later build cannot take files from under a
 * running service.
 * @param root the folder of the compiled sources, or the root of the repository.
 * @throws {Error} when there is none.
 */
export function loadWebAssets(root: string): WebAssets {
  const directory = [join(root, 'web'), join(root, 'dist', 'web')].find((candidate) =>
    existsSync(join(candidate, 'manifest.json')),
  );
  if (directory === undefined) throw new Error('The pages are not built; run "npm run build".');
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
  return {
    pathOf: (source) => `/-/assets/${manifest.files[source] ?? source}`,
    files: new Map(
      Object.values(manifest.files).map((name) => [
        name,
        {
          type: types[extname(name)] ?? 'application/octet-stream',
          body: readFileSync(join(directory, name)),
        },
      ]),
    ),
  };
}
