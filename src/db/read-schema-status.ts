import type { Sequelize } from 'sequelize';
import { listMigrations } from './list-migrations';
import { listAppliedMigrations } from './migration-log';

/** A migration of this release. */
export interface KnownMigration {
  readonly name: string;
  /** See `Migration`. */
  readonly downIsSafe: boolean;
}

/** The state of a schema, compared with this release. Each list is oldest first. */
export interface SchemaStatus {
  readonly executed: readonly KnownMigration[];
  readonly pending: readonly KnownMigration[];
  /** Applied, but not in this release: a newer release has applied them. */
  readonly unknown: readonly string[];
}

/** Compares the migrations of this release with those applied to the database. */
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
