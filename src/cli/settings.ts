import { Option, type Command } from 'commander';
import { print } from './output';

type Format = 'table' | 'web-env' | 'db-env';

/** Adds `footfall settings`. */
export function addSettings(program: Command): void {
  program
    .command('settings')
    .description('Print every setting with its default and its meaning.')
    .addOption(
      new Option(
        '--format <format>',
        'the page docs/settings.md, or an example env file of the service or its database',
      )
        .choices(['table', 'web-env', 'db-env'] satisfies Format[])
        .default('table'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ footfall settings
  $ footfall settings --format web-env > .web.env`,
    )
    .action(async ({ format }: { format: Format }) => {
      const { renderEnvExample, renderSettingsPage } = await import('../config/describe-settings.js');
      const text =
        format === 'table' ? renderSettingsPage() : renderEnvExample(format === 'db-env' ? 'db' : 'web');
      print(text.replace(/\n$/, ''));
    });
}
