import type { Sequelize } from 'sequelize';
import { listMigrations } from './list-migrations';
import { listAppliedMigrations } from './migration-log';

/** A migration that this release has. */
export interface KnownMigration {
  readonly name: string;
  /** See `Migration`. */
  readonly downIsSafe: boolean;
}

/** Where the schema of a database is, seen from this release. Each list is oldest first. */
export interface SchemaStatus {
  readonly executed: readonly KnownMigration[];
  readonly pending: readonly KnownMigration[];
  /** Applied, but not in this release: a newer one has been here. */
  readonly unknown: readonly string[];
}

/** Compares the migrations of this release with those applied to the database. Changes nothing. */
export async function readSchemaStatus(sequelize: Sequelize, folder?: string): Promise<SchemaStatus> {
  const applied = new Set(await listAppliedMigrations(sequelize));
  const known = await Promise.all(
    listMigrations(folder).map(async ({ name, load }) => ({ name, downIsSafe: (await load()).downIsSafe })),
  );
  const names = new Set(known.map(({ name }) => name));
  return {
    executed: known.filter(({ name }) => applied.has(name)),
    pending: known.filter(({ name }) => !applied.has(name)),
    unknown: [...applied].filter((name) => !names.has(name)),
  };
}
