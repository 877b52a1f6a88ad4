import type { Sequelize } from 'sequelize';
import { withAdvisoryLock } from '../db/advisory-lock';
import { createMigrator, type Migrator } from '../db/create-migrator';
import { createStatementRunner } from '../db/create-statement-runner';
import { correctSearchPaths } from '../db/preconditions/correct-search-paths';
import { requirePreconditions } from '../db/preconditions/find-unmet-preconditions';
import { grantServicePrivileges, hasRole } from '../db/service-role/grant-service-privileges';
import { unlimited, withClient, withPool, type DatabaseContext } from './use-database';

/** Called with a line for each step. */
export type Report = (line: string) => void;

/** Runs the work with a migrator while no other process migrates the database. */
export function withMigrator<T>(
  context: DatabaseContext,
  report: Report,
  work: (migrator: Migrator, sequelize: Sequelize) => Promise<T>,
): Promise<T> {
  const waiting = (): void => {
    report('another migration is running; waiting for it to end');
  };
  // A migration may take as long as it needs; only requests have to be quick.
  return withPool(context, unlimited, (sequelize) =>
    withAdvisoryLock(context.database.clientConfig, 'migrate', waiting, () =>
      work(createMigrator({ sequelize, report }), sequelize),
    ),
  );
}

/**
 * Applies pending migrations, all unless a range is given, and grants the service's role what their tables need. Before
 * it lets the functions find their tables, if the schema was renamed.
 */
export function migrateDatabase(
  context: DatabaseContext,
  report: Report,
  range?: { to: string } | { step: number },
): Promise<void> {
  return withMigrator(context, report, async (migrator, sequelize) => {
    const run = createStatementRunner(sequelize);
    await requirePreconditions(run, 'migrate');
    await correctSearchPaths(run);
    const migrations = await migrator.up(range);
    if (migrations.length === 0) report('nothing to do');
    const role = await grantToService(context);
    if (role !== undefined) report(`granted to ${role}: what the service needs`);
  });
}

/**
 * Grants the service's role what the tables of this release need, as their owner, so that a new service can use a new
 * table at once. Nothing is revoked from the old one.
 * @returns the role; undefined if the service is the owner or "footfall roles" has not created its role yet.
 */
async function grantToService(context: DatabaseContext): Promise<string | undefined> {
  const service = context.settings.database;
  if (service.kind === 'embedded' || !service.owner) return undefined;
  return withClient(context, async (client) => {
    if (!(await hasRole(client, service.username))) return undefined;
    await client.query('BEGIN');
    await grantServicePrivileges(client, service.username);
    await client.query('COMMIT');
    return service.username;
  });
}
