import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DownOptions, ListOptions, RangeOptions } from './migrate/run-migrations';

/** Adds `footfall migrate` and its sub-commands. */
export function addMigrate(program: Command): void {
  const migrate = program
    .command('migrate')
    .description('Apply, revert, list and create migrations of the schema.')
    .addHelpText(
      'after',
      `
Examples:
  $ footfall migrate up
  $ footfall migrate down --to 0

On a checkout "npm run migrate up" and "npm run migrate down" work as well. npm keeps options for itself, so write
them behind "--": npm run migrate -- down --to 0

Environment:
  DB_HOST, DB_PORT, DB_NAME; DB_OWNER_USERNAME and DB_OWNER_PASSWORD, or DB_USERNAME and DB_PASSWORD.
  See "footfall settings".

Each migration runs in a transaction of its own. Migrations that run at the same time take turns.`,
    );
  addUp(migrate);
  addDown(migrate);
  addLists(migrate);
  migrate
    .command('create')
    .description('write the file of a new migration into migrations/')
    .argument('<name>', 'verb and object, such as add-country-to-visits')
    .action(async (name: string) => {
      const { createMigrationFile } = await import('./migrate/create-migration-file.js');
      const { print } = await import('./output.js');
      print(`created ${createMigrationFile(name, new Date())}`);
    });
}

function addUp(migrate: Command): void {
  migrate
    .command('up')
    .description('apply all pending migrations, and grant the role DB_USERNAME what their tables need')
    .addOption(new Option('--to <name>', 'up to and including this migration').conflicts('step'))
    .option('--step <count>', 'only this many', parseCount)
    .action(async (options: RangeOptions) => {
      const { migrateUp } = await import('./migrate/run-migrations.js');
      await migrateUp(options);
    });
}

function addDown(migrate: Command): void {
  migrate
    .command('down')
    .description('revert the newest migration')
    .addOption(
      new Option('--to <name>', 'down to and including this migration; 0 for all').conflicts([
        'step',
        'only',
      ]),
    )
    .addOption(new Option('--step <count>', 'this many').argParser(parseCount).conflicts('only'))
    .option('--only <names...>', 'exactly these, which must be the newest')
    .option('--safe', 'with --only: refuse unless every one of them says that it is safe to revert')
    .action(async (options: DownOptions, command: Command) => {
      if (options.safe && !options.only) command.error("error: option '--safe' needs '--only <names...>'");
      const { migrateDown } = await import('./migrate/run-migrations.js');
      await migrateDown(options);
    });
}

function addLists(migrate: Command): void {
  migrate
    .command('status')
    .description('compare the applied migrations with those of this release')
    .option('--json', 'as a JSON object, with what each migration says about being reverted')
    .action(async (options: ListOptions) => {
      const { printStatus } = await import('./migrate/run-migrations.js');
      await printStatus(options);
    });
  for (const [name, description] of [
    ['pending', 'list the migrations that are not applied yet'],
    ['executed', 'list the applied migrations'],
  ] as const) {
    migrate
      .command(name)
      .description(description)
      .option('--json', 'as a JSON array')
      .action(async (options: ListOptions) => {
        const { printNames } = await import('./migrate/run-migrations.js');
        await printNames(name, options);
      });
  }
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a positive integer.');
  return Number(text);
}
