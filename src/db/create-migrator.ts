import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Sequelize } from 'sequelize';
import { Umzug, type RunnableMigration } from 'umzug';
import type { Migration } from '../shared/migration';
import { forgetMigration, listAppliedMigrations, recordMigration } from './migration-log';

/** Runs the migrations of this release; `up`, `down`, `pending` and `executed` as in Umzug. */
export type Migrator = Umzug;

/** What a migrator needs. */
export interface MigratorOptions {
  readonly sequelize: Sequelize;
  /** The folder of the migrations; defaults to this release's own. */
  readonly folder?: string;
  /** Told which migration begins and ends, for a person who waits. */
  readonly report?: (line: string) => void;
}

// From src/db it is ../../migrations, and from dist/src/db it is dist/migrations: the same words.
const ownFolder = join(__dirname, '..', '..', 'migrations');

/** Creates a migrator whose every migration runs and is recorded in one transaction of its own. */
export function createMigrator({ sequelize, folder = ownFolder, report }: MigratorOptions): Migrator {
  const migrator = new Umzug({
    migrations: () => listMigrationFiles(folder).map((path) => toRunnable(path, sequelize)),
    logger: undefined,
    storage: {
      executed: () => listAppliedMigrations(sequelize),
      // Recorded by the migration's own transaction instead: Umzug would do it after the commit,
      // and a crash in between would leave a migration applied but not known.
      logMigration: () => Promise.resolve(),
      unlogMigration: () => Promise.resolve(),
    },
  });
  migrator.on('migrating', ({ name }) => report?.(`applying ${name}`));
  migrator.on('migrated', ({ name }) => report?.(`applied ${name}`));
  migrator.on('reverting', ({ name }) => report?.(`taking back ${name}`));
  migrator.on('reverted', ({ name }) => report?.(`took back ${name}`));
  return migrator;
}

function listMigrationFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /^\d{14}-.*\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .sort()
    .map((file) => join(folder, file));
}

function toRunnable(path: string, sequelize: Sequelize): RunnableMigration<object> {
  const name = basename(path, extname(path));
  const runInTransaction = async (direction: 'up' | 'down'): Promise<void> => {
    const { migration } = (await import(path)) as { migration: Migration };
    await sequelize.transaction(async (transaction) => {
      const run = async (sql: string): Promise<void> => {
        await sequelize.query(sql, { transaction });
      };
      await migration[direction]({ queryInterface: sequelize.getQueryInterface(), transaction, run });
      const record = direction === 'up' ? recordMigration : forgetMigration;
      await record(sequelize, name, transaction);
    });
  };
  return { name, path, up: () => runInTransaction('up'), down: () => runInTransaction('down') };
}
