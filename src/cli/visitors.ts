import { InvalidArgumentError, type Command } from 'commander';
import { parseUsername } from '../shared/username';
import { createByOption } from './by-option';
import type { ActOptions, RunAct } from './visitors/run-act';

/** Adds `footfall visitors` and its sub-commands. */
export function addVisitors(program: Command): void {
  const visitors = program
    .command('visitors')
    .description('List, add, hide, rename, merge and erase visitors.')
    .addHelpText(
      'after',
      `
Examples:
  $ footfall visitors hide 'rude name'
  $ footfall visitors rename alcie alice --keep-alias
  $ footfall visitors merge alix alice --dry-run

Environment:
  DB_HOST, DB_PORT, DB_NAME; DB_OWNER_USERNAME and DB_OWNER_PASSWORD, or DB_USERNAME and DB_PASSWORD.
  See "footfall settings".

All may run while visits are recorded. A change is one transaction, which also adds a row to the table
visitor_changes. A change that is already done changes nothing; the exit code is 0.`,
    );
  visitors
    .command('list')
    .description('list all visitors, hidden ones too')
    .option('--json', 'print the list as JSON')
    .action(async (options: { json?: true }) => {
      const { runList } = await import('./visitors/run-list.js');
      await runList(options);
    });
  visitors
    .command('show')
    .description('print what is stored about a name, and what was changed about it')
    .argument('<name>', 'a name or an alias', parseName)
    .option('--times', 'print the time of each visit too, and retired visits by quarter of an hour')
    .option('--json', 'print it as JSON')
    .action(async (name: string, options: { times?: true; json?: true }) => {
      const { runShow } = await import('./visitors/run-show.js');
      await runShow(name, options);
    });
  addActs(visitors);
}

function addActs(visitors: Command): void {
  const defineAct = (name: string, description: string): Command =>
    visitors
      .command(name)
      .description(description)
      .option('--dry-run', 'do it, print the result, and roll it back')
      .option('--json', 'print the result as JSON')
      .addOption(createByOption());
  const run = async (options: ActOptions, choose: (acts: Acts) => RunAct): Promise<void> => {
    const [{ runAct }, acts] = await Promise.all([
      import('./visitors/run-act.js'),
      import('./visitors/acts.js'),
    ]);
    await runAct(options, choose(acts));
  };
  defineAct('add', 'create names without visits')
    .argument('<names...>', 'the names', (text: string, names: string[] | undefined) => [
      ...(names ?? []),
      parseName(text),
    ])
    .action((names: string[], options: ActOptions) => run(options, ({ add }) => add(names)));
  defineAct('hide', 'remove a name from lists and pages; it is still counted')
    .argument('<name>', 'the name', parseName)
    .action((name: string, options: ActOptions) => run(options, ({ hide }) => hide('hide', name)));
  defineAct('unhide', 'show a hidden name again')
    .argument('<name>', 'the name', parseName)
    .action((name: string, options: ActOptions) => run(options, ({ hide }) => hide('unhide', name)));
  for (const [name, description] of [
    ['rename', 'give a visitor another name; its visits and its number stay'],
    ['merge', 'add the visits of one visitor to another, and remove the first one'],
  ] as const) {
    defineAct(name, description)
      .argument(name === 'rename' ? '<old>' : '<from>', 'the name that ends', parseName)
      .argument(name === 'rename' ? '<new>' : '<into>', 'the name that has the visits afterwards', parseName)
      .option('--keep-alias', 'count later visits to the name that ends for the other one')
      .action((username: string, newName: string, options: ActOptions, command: Command) => {
        if (username === newName) command.error('error: the two names are the same');
        return run(options, (acts) => acts[name](username, newName, options.keepAlias ?? false));
      });
  }
  defineAct('erase', 'remove a visitor and all that is stored about it; the next visit is number 1')
    .argument('<name>', 'the name', parseName)
    .action((name: string, options: ActOptions) => run(options, ({ erase }) => erase(name)));
}

type Acts = typeof import('./visitors/acts');

function parseName(text: string): string {
  try {
    return parseUsername(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
