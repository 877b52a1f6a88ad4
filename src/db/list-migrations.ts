import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Migration } from '../shared/migration';

/** A migration of this release, by the name under which it is recorded. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
  readonly load: () => Promise<Migration>;
}

// From src/db it is ../../migrations, and from dist/src/db it is dist/migrations: the same words.
const ownFolder = join(__dirname, '..', '..', 'migrations');

/**
 * Lists the migrations of a folder, oldest first.
 * @param folder defaults to this release's own.
 */
export function listMigrations(folder = ownFolder): MigrationFile[] {
  return readdirSync(folder)
    .filter((file) => /^\d{14}-.*\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      const load = async (): Promise<Migration> =>
        ((await import(path)) as { migration: Migration }).migration;
      return { name: basename(file, extname(file)), path, load };
    });
}
