import type { Sequelize } from 'sequelize';
import { withAdvisoryLock } from '../../db/advisory-lock';
import { createMigrator, type Migrator } from '../../db/create-migrator';
import { createStatementRunner } from '../../db/create-statement-runner';
import { orderReverts } from '../../db/order-reverts';
import { requirePreconditions } from '../../db/preconditions/find-unmet-preconditions';
import { readSchemaStatus, type SchemaStatus } from '../../db/read-schema-status';
import { grantServicePrivileges, hasRole } from '../../db/service-role/grant-service-privileges';
import { print } from '../output';
import { runOnDatabase, unlimited, withClient, withPool, type CommandContext } from '../run-on-database';

/** Which migrations `up` and `down` run. */
export interface RangeOptions {
  readonly to?: string;
  readonly step?: number;
}

/** The options of `footfall migrate down`. */
export interface DownOptions extends RangeOptions {
  readonly only?: string[];
  readonly safe?: true;
}

/** The options of the sub-commands that list migrations. */
export interface ListOptions {
  readonly json?: true;
}

/** Applies migrations and grants the service's role what their tables need. */
export function migrateUp(options: RangeOptions): Promise<void> {
  return migrate(async (migrator, sequelize, context) => {
    await requirePreconditions(createStatementRunner(sequelize), 'migrate');
    reportDone(await migrator.up(toRange(options)));
    const role = await grantToService(context);
    if (role !== undefined) print(`granted to ${role}: what the service needs`);
  });
}

/** Reverts migrations, the newest one unless told otherwise. */
export function migrateDown(options: DownOptions): Promise<void> {
  return migrate(async (migrator, sequelize) => {
    const migrations = await listReverts(options, sequelize);
    reportDone(await migrator.down({ migrations }));
  });
}

/** Prints how the schema compares with this release. */
export function printStatus({ json }: ListOptions): Promise<void> {
  return read(async (sequelize) => {
    const status = await readSchemaStatus(sequelize);
    print(json ? JSON.stringify(status) : describeStatus(status));
  });
}

/** Prints the names of the pending or the applied migrations. */
export function printNames(which: 'pending' | 'executed', { json }: ListOptions): Promise<void> {
  return read(async (sequelize) => {
    const names = (await createMigrator({ sequelize })[which]()).map(({ name }) => name);
    if (json) print(JSON.stringify(names));
    else names.forEach(print);
  });
}

function migrate(
  work: (migrator: Migrator, sequelize: Sequelize, context: CommandContext) => Promise<void>,
): Promise<void> {
  const waiting = (): void => {
    print('another migration is running; waiting for it to end');
  };
  return runOnDatabase('migrate', (context) =>
    // A migration may take as long as it needs; only requests have to be quick.
    withPool(context, unlimited, (sequelize) =>
      withAdvisoryLock(context.database.clientConfig, 'migrate', waiting, () =>
        work(createMigrator({ sequelize, report: print }), sequelize, context),
      ),
    ),
  );
}

function read(work: (sequelize: Sequelize) => Promise<void>): Promise<void> {
  return runOnDatabase('migrate', (context) => withPool(context, {}, work));
}

function reportDone(migrations: readonly unknown[]): void {
  if (migrations.length === 0) print('nothing to do');
}

/**
 * Grants the service's role what the tables of this release need, as their owner, so that a new service can use a new
 * table at once. Nothing is revoked from the old one.
 * @returns the role; undefined if the service is the owner or "footfall roles" has not created its role yet.
 */
async function grantToService(context: CommandContext): Promise<string | undefined> {
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

async function listReverts(options: DownOptions, sequelize: Sequelize): Promise<string[]> {
  const status = await readSchemaStatus(sequelize);
  const names = options.only ?? selectNewest(status, options);
  return orderReverts(status, names, options.safe === true);
}

function selectNewest({ executed }: SchemaStatus, { to, step = 1 }: RangeOptions): string[] {
  const names = executed.map(({ name }) => name);
  if (to === '0') return names;
  if (to === undefined) return names.slice(-step);
  // One that is not applied is refused by its name.
  return names.includes(to) ? names.slice(names.indexOf(to)) : [to];
}

function toRange({ to, step }: RangeOptions): { to: string } | { step: number } | undefined {
  if (to !== undefined) return { to };
  return step === undefined ? undefined : { step };
}

function describeStatus({ executed, pending, unknown }: SchemaStatus): string {
  const lines = [
    ...executed.map(({ name }) => `applied ${name}`),
    ...pending.map(({ name }) => `pending ${name}`),
    ...unknown.map((name) => `applied ${name}, which this release does not have`),
  ];
  return lines.join('\n');
}
