import { Command, InvalidArgumentError } from 'commander';
import type { Sequelize } from 'sequelize';
import { createMigrator, type Migrator } from '../db/create-migrator';
import { withAdvisoryLock } from '../db/advisory-lock';
import { orderReverts } from '../db/order-reverts';
import { readSchemaStatus, type SchemaStatus } from '../db/read-schema-status';
import { createMigrationFile } from './create-migration-file';
import { grantToService } from './grant-to-service';
import { runCommand, type CommandContext } from './run-command';

interface RangeOptions {
  readonly to?: string;
  readonly step?: number;
}

interface DownOptions extends RangeOptions {
  readonly only?: string[];
  readonly safe?: true;
}

const program = new Command('migrate').description('Move the schema of the database forward and back.');

program
  .command('up')
  .description('apply pending migrations, all of them unless told otherwise')
  .option('--to <name>', 'up to and including this one')
  .option('--step <count>', 'only this many', parseCount)
  .action((options: RangeOptions) => migrate((migrator) => migrator.up(toRange(options)), grantToService));

program
  .command('down')
  .description('take applied migrations back, the last one unless told otherwise')
  .option('--to <name>', 'back to and including this one; 0 for all')
  .option('--step <count>', 'this many', parseCount)
  .option('--only <names...>', 'exactly these, which must be the newest')
  .option('--safe', 'with --only: none of them unless each says that it is safe')
  .action((options: DownOptions) =>
    migrate(async (migrator, sequelize) => migrator.down(await toDownRange(options, sequelize))),
  );

program
  .command('status')
  .description('compare what is applied with what this release has')
  .option('--json', 'as a JSON object, with what each migration says of being taken back')
  .action((options: { json?: true }) =>
    read(async (sequelize) => {
      const status = await readSchemaStatus(sequelize);
      print(options.json ? JSON.stringify(status) : describeStatus(status));
    }),
  );

program
  .command('pending')
  .description('list what is not applied yet')
  .option('--json', 'as a JSON array')
  .action((options: { json?: true }) => list((migrator) => migrator.pending(), options.json));

program
  .command('executed')
  .description('list what is applied')
  .option('--json', 'as a JSON array')
  .action((options: { json?: true }) => list((migrator) => migrator.executed(), options.json));

program
  .command('create')
  .description('write the file of a new migration')
  .argument('<name>', 'verb and object, such as add-country-to-visits')
  .action((name: string) => {
    print(`created ${createMigrationFile(name, new Date())}`);
  });

void program.parseAsync();

function migrate(
  work: (migrator: Migrator, sequelize: Sequelize) => Promise<unknown[]>,
  grant?: (context: CommandContext) => Promise<string | undefined>,
): Promise<void> {
  return runCommand('migrate', async (context) => {
    const { database, settings } = context;
    // A migration may take as long as it needs; only requests have to be quick.
    const sequelize = database.connect({ ...settings.pool, statementTimeoutMs: 0, queryTimeoutMs: 0 });
    try {
      const waiting = (): void => {
        print('another migration runs; waiting for it to end');
      };
      await withAdvisoryLock(database.clientConfig, 'migrate', waiting, async () => {
        const done = await work(createMigrator({ sequelize, report: print }), sequelize);
        if (done.length === 0) print('nothing to do');
        const role = await grant?.(context);
        if (role !== undefined) print(`granted to ${role}: what the service needs`);
      });
    } finally {
      await sequelize.close();
    }
  });
}

function list(select: (migrator: Migrator) => Promise<{ name: string }[]>, json = false): Promise<void> {
  return read(async (sequelize) => {
    const names = (await select(createMigrator({ sequelize }))).map(({ name }) => name);
    if (json) print(JSON.stringify(names));
    else names.forEach(print);
  });
}

function read(work: (sequelize: Sequelize) => Promise<void>): Promise<void> {
  return runCommand('migrate', async ({ database, settings }) => {
    const sequelize = database.connect(settings.pool);
    try {
      await work(sequelize);
    } finally {
      await sequelize.close();
    }
  });
}

type DownRange = Parameters<Migrator['down']>[0];

async function toDownRange(options: DownOptions, sequelize: Sequelize): Promise<DownRange> {
  if (options.only === undefined) return options.to === '0' ? { to: 0 } : toRange(options);
  if (toRange(options)) program.error('migrate: give --only alone, without --to or --step');
  const status = await readSchemaStatus(sequelize);
  return { migrations: orderReverts(status, options.only, options.safe === true) };
}

function describeStatus({ executed, pending, unknown }: SchemaStatus): string {
  const lines = [
    ...executed.map(({ name }) => `applied ${name}`),
    ...pending.map(({ name }) => `pending ${name}`),
    ...unknown.map((name) => `applied ${name}, which this release does not have`),
  ];
  return lines.join('\n');
}

function toRange({ to, step }: RangeOptions): { to: string } | { step: number } | undefined {
  if (to !== undefined && step !== undefined) program.error('migrate: give --to or --step, not both');
  if (to !== undefined) return { to };
  return step === undefined ? undefined : { step };
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
