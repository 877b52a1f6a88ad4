import type { Sequelize } from 'sequelize';
import { Umzug, type RunnableMigration } from 'umzug';
import { listMigrations, type MigrationFile } from './list-migrations';
import { createLockTogether } from './lock-together';
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

/** Creates a migrator whose every migration runs and is recorded in one transaction of its own. */
export function createMigrator({ sequelize, folder, report }: MigratorOptions): Migrator {
  const migrator = new Umzug({
    migrations: () => listMigrations(folder).map((file) => toRunnable(file, sequelize)),
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

function toRunnable({ name, path, load }: MigrationFile, sequelize: Sequelize): RunnableMigration<object> {
  const runInTransaction = async (direction: 'up' | 'down'): Promise<void> => {
    const migration = await load();
    await sequelize.transaction(async (transaction) => {
      const run = async (sql: string): Promise<void> => {
        await sequelize.query(sql, { transaction });
      };
      await migration[direction]({
        queryInterface: sequelize.getQueryInterface(),
        transaction,
        run,
        lockTogether: createLockTogether(run),
      });
      const record = direction === 'up' ? recordMigration : forgetMigration;
      await record(sequelize, name, transaction);
    });
  };
  return { name, path, up: () => runInTransaction('up'), down: () => runInTransaction('down') };
}
