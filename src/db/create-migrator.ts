import { QueryTypes, type Sequelize } from 'sequelize';
import { Umzug, type RunnableMigration } from 'umzug';
import { listMigrations, type MigrationFile } from './list-migrations';
import { createLockTogether } from './lock-together';
import { forgetMigration, listAppliedMigrations, recordMigration } from './migration-log';

/** Runs the migrations of this release: `up`, `down`, `pending` and `executed` of Umzug. */
export type Migrator = Umzug;

/** The dependencies of a migrator. */
export interface MigratorOptions {
  readonly sequelize: Sequelize;
  /** The folder of the migrations. Default: that of this release. */
  readonly folder?: string;
  /** Called at the start and the end of each migration, to show progress. */
  readonly report?: (line: string) => void;
}

/** Creates a migrator. Each migration runs in a transaction of its own, which also records it. */
export function createMigrator({ sequelize, folder, report }: MigratorOptions): Migrator {
  // Listed once: a build beside a running service must not change what is pending for it.
  const files = listMigrations(folder);
  const migrator = new Umzug({
    migrations: files.map((file) => toRunnable(file, sequelize)),
    logger: undefined,
    storage: {
      executed: () => listAppliedMigrations(sequelize),
      // The transaction of the migration records it. Umzug would do so after the commit, and a crash in between would
      // leave a migration that is applied but not recorded.
      logMigration: () => Promise.resolve(),
      unlogMigration: () => Promise.resolve(),
    },
  });
  migrator.on('migrating', ({ name }) => report?.(`applying ${name}`));
  migrator.on('migrated', ({ name }) => report?.(`applied ${name}`));
  migrator.on('reverting', ({ name }) => report?.(`reverting ${name}`));
  migrator.on('reverted', ({ name }) => report?.(`reverted ${name}`));
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
  const query = <Row extends object>(sql: string): Promise<Row[]> =>
    sequelize.query<Row>(sql, { type: QueryTypes.SELECT });
  return {
    name,
    path,
    async up() {
      const migration = await load();
      await migration.prepare?.({ query });
      await runInTransaction('up');
    },
    down: () => runInTransaction('down'),
  };
}
