import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExportFormat } from '../../services/queries/export-log';
import { createByOption } from '../by-option';
import { formats } from './add-import';

interface Options {
  readonly months: number;
  readonly archive?: string;
  readonly format?: ExportFormat;
  readonly dryRun?: true;
  readonly json?: true;
  readonly by: string;
}

/** Adds `footfall visits retain`. */
export function addRetain(visits: Command): void {
  visits
    .command('retain')
    .description('remove the visits of old months from the log, and keep their numbers')
    .requiredOption('--months <number>', 'whole months to keep beside the current one (UTC)', parseMonths)
    .option('--archive <file>', 'first write the visits to this file, compressed with gzip, and read it back')
    .addOption(
      new Option('--format <format>', 'the format of the archive, if its name does not tell it').choices(
        formats,
      ),
    )
    .option('--dry-run', 'only count what would be retired')
    .option('--json', 'print the result as JSON')
    .addOption(createByOption())
    .addHelpText(
      'after',
      `
Examples:
  $ footfall visits retain --months 12 --dry-run
  $ footfall visits retain --months 12 --archive visits-$(date +%Y-%m).csv.gz

Retired visits still count: in all numbers, and in histories and windows by quarter of an hour, as if each had
happened at the start of its quarter. Their exact times are gone, except in the archive.
It works in parts of 10,000 visits, each with its counts in one transaction, or drops a whole partition if the log is
split by month. If it is interrupted, run the same command again, with the same archive.
Each run adds a row to the table retirements.`,
    )
    .action(async (options: Options, command: Command) => {
      const format = options.format ?? guessFormat(options.archive);
      if (!format) {
        return command.error('error: the name of the archive does not tell its format; add --format csv');
      }
      const { runRetain } = await import('./run-retain.js');
      await runRetain({ ...options, format });
    });
}

function guessFormat(file: string | undefined): ExportFormat | undefined {
  if (file === undefined || /\.csv\.gz$/i.test(file)) return 'csv';
  return /\.(ndjson|jsonl)\.gz$/i.test(file) ? 'ndjson' : undefined;
}

function parseMonths(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1200) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1200.');
  }
  return Number(text);
}
