import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Migration } from '../shared/migration';

/** A migration of this release, with the name that records it. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
  readonly load: () => Promise<Migration>;
}

// ../../migrations from src/db, and dist/migrations from dist/src/db.
const ownFolder = join(__dirname, '..', '..', 'migrations');

/**
 * Lists the migrations of a folder, oldest first.
 * @param folder default: that of this release.
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
