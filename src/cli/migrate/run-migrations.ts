import type { Sequelize } from 'sequelize';
import { createMigrator } from '../../db/create-migrator';
import { orderReverts } from '../../db/order-reverts';
import { readSchemaStatus, type SchemaStatus } from '../../db/read-schema-status';
import { migrateDatabase, withMigrator } from '../../lifecycle/migrate-database';
import { withPool } from '../../lifecycle/use-database';
import { print } from '../output';
import { runOnDatabase } from '../run-on-database';

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
  return runOnDatabase('migrate', (context) => migrateDatabase(context, print, toRange(options)));
}

/** Reverts migrations, the newest one unless told otherwise. */
export function migrateDown(options: DownOptions): Promise<void> {
  return runOnDatabase('migrate', (context) =>
    withMigrator(context, print, async (migrator, sequelize) => {
      const migrations = await listReverts(options, sequelize);
      if ((await migrator.down({ migrations })).length === 0) print('nothing to do');
    }),
  );
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

function read(work: (sequelize: Sequelize) => Promise<void>): Promise<void> {
  return runOnDatabase('migrate', (context) => withPool(context, {}, work));
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
