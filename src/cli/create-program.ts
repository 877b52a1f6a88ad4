import { Command } from 'commander';
import { describeProduct } from '../shared/product';
import { addCreatedb } from './createdb';
import { addDatabase } from './database';
import { addMigrate } from './migrate';
import { addRoles } from './roles';
import { addServe } from './serve';
import { addSettings } from './settings';
import { addTotals } from './totals';
import { addVisitors } from './visitors';
import { addVisits } from './visits';

/**
 * Creates the program with all commands. Only the chosen command's action loads what it works with: help stays fast,
 * and New Relic's agent starts before the packages that it instruments.
 */
export function createProgram(): Command {
  const program = new Command('footfall')
    .description('The visit counter: its service, and the commands that look after its database.')
    .version(describeProduct().version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .showSuggestionAfterError(false)
    .configureOutput({
      outputError: (message, write) => {
        write(message.replace(/^error: /, 'footfall: ').replace(/\.?\n$/, '; '));
      },
    })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .addHelpText(
      'after',
      `
Examples:
  $ footfall migrate up && footfall serve
  $ footfall visits export --format csv > visits.csv

On a checkout, run "npm run build" once and write "npx footfall …".

Environment:
  Every setting is an environment variable: see "footfall settings". Without DB_HOST or DATABASE_URL the commands
  use the embedded PostgreSQL in DATA_DIR; they join it if the service is running, and start it if not.

Exit codes:
  0  done
  1  failed, with the reason on standard error
  2  wrong usage; nothing was done`,
    );
  for (const add of [
    addServe,
    addMigrate,
    addCreatedb,
    addDatabase,
    addRoles,
    addSettings,
    addTotals,
    addVisits,
    addVisitors,
  ]) {
    add(program);
  }
  nameWhatIsAllowed(program);
  return program;
}

/** Ends the message of each usage error with what the command takes. */
function nameWhatIsAllowed(command: Command, path = command.name()): void {
  const words =
    command.commands.length > 0
      ? command.commands.map((child) => child.name())
      : [
          ...command.registeredArguments.map((argument) => `<${argument.name()}>`),
          ...command.options.map(({ flags }) => flags),
        ];
  command.showHelpAfterError(`"${path}" takes ${words.length > 0 ? words.join(', ') : 'no arguments'}`);
  for (const child of command.commands) nameWhatIsAllowed(child, `${path} ${child.name()}`);
}
