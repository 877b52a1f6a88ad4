import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExportFormat } from '../../services/queries/export-log';
import { createByOption } from '../by-option';
import type { ImportOptions } from './run-import';

/** The formats of exports and imports. */
export const formats = ['csv', 'ndjson'] satisfies ExportFormat[];

const mapped = ['username', 'visited_at', 'visits'];

/** Adds `footfall visits import`. */
export function addImport(visits: Command): void {
  visits
    .command('import')
    .description('append a file to the log')
    .argument('<file>', 'an export, or a CSV file with the columns username,visited_at')
    .addOption(
      new Option('--format <format>', 'the format, if the name of the file does not tell it').choices(
        formats,
      ),
    )
    .option('--totals', 'the file has lines "name,count" of another counter: import them as opening balances')
    .option(
      '--map <field=column>',
      'read username, visited_at, or visits (with --totals) from this column; columns that are not named are ignored',
      parseMapping,
    )
    .option('--again', 'import lines that were imported before once more')
    .addOption(createByOption())
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const other = options.totals ? 'visited_at' : 'visits';
      if (options.map?.has(other)) {
        command.error(`error: --map ${other} is ${options.totals ? 'not' : 'only'} for --totals`);
      }
      if (options.totals && options.format === 'ndjson') {
        command.error('error: --totals reads CSV only, not --format ndjson');
      }
      const { runImport } = await import('./run-import.js');
      await runImport(file, options);
    });
}

function parseMapping(text: string, before?: ReadonlyMap<string, string>): Map<string, string> {
  const [field = '', ...column] = text.split('=');
  if (!mapped.includes(field) || column.join('=') === '' || before?.has(field)) {
    throw new InvalidArgumentError('It must be like username=page, once for each field.');
  }
  return new Map([...(before ?? []), [field, column.join('=')]]);
}
