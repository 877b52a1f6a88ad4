import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExportFormat } from '../services/queries/export-log';
import { addImport, formats } from './visits/add-import';
import { addRetain } from './visits/add-retain';

/** Adds `footfall visits` and its sub-commands. */
export function addVisits(program: Command): void {
  const visits = program
    .command('visits')
    .description(
      'Export the log of visits, import a log or the totals of another counter, and retire old visits.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ footfall visits export --format ndjson --since 2026-01-01T00:00:00Z > visits.ndjson
  $ footfall visits import visits.ndjson
  $ footfall visits import --map username=path --map visited_at=created_at pageviews.csv
  $ footfall visits import --totals hits.csv
  $ footfall visits imports
  $ footfall visits undo-import 3

Environment:
  DB_HOST, DB_PORT, DB_NAME; DB_OWNER_USERNAME and DB_OWNER_PASSWORD, or DB_USERNAME and DB_PASSWORD.
  See "footfall settings".

A file must be UTF-8, and CSV must have commas between the fields. "/dev/stdin" reads standard input.
All sub-commands may run while visits are recorded, and no visit is refused because of them.

An import reads the whole file first: if one line is invalid, nothing is imported. Then it adds the lines in parts of
2,000. Meanwhile the numbers grow step by step. If it is interrupted, "imports" shows how far it is: import the file
again to go on, or undo it. A file whose lines were imported before is refused without --again.

"undo-import" removes the visits and the opening balances of an import from all numbers. The names stay. If it is
interrupted, run it again. It is refused if visits of the import were retired meanwhile.`,
    );
  addExport(visits);
  addImport(visits);
  addRetain(visits);
  visits
    .command('imports')
    .description('list the imports: id, time, who, numbers, file, and how far it is if it is not complete')
    .action(async () => {
      const { runListImports } = await import('./visits/run-imports.js');
      await runListImports();
    });
  visits
    .command('undo-import')
    .description('remove the visits and the opening balances of an import')
    .argument('<id>', 'as "imports" lists it', parseId)
    .action(async (id: string) => {
      const { runUndoImport } = await import('./visits/run-imports.js');
      await runUndoImport(id);
    });
}

interface ExportOptions {
  readonly format: ExportFormat;
  readonly since?: Date;
  readonly until?: Date;
  readonly forSpreadsheet?: true;
}

function addExport(visits: Command): void {
  visits
    .command('export')
    .description('write the log to standard output')
    .addOption(new Option('--format <format>', 'the format of the output').choices(formats).default('csv'))
    .option('--since <time>', 'only visits from this moment on (RFC 3339)', parseMoment)
    .option('--until <time>', 'only visits before this moment (RFC 3339)', parseMoment)
    .option(
      '--for-spreadsheet',
      'CSV for a spreadsheet: an apostrophe before text that it would execute; do not import it',
    )
    .action(async ({ format, since, until, forSpreadsheet }: ExportOptions, command: Command) => {
      if (forSpreadsheet && format !== 'csv') command.error('error: --for-spreadsheet writes CSV only');
      const { runExport } = await import('./visits/run-export.js');
      await runExport(format, { since, until }, forSpreadsheet === true);
    });
}

function parseMoment(text: string): Date {
  const moment = new Date(text);
  const day = new Date(text.slice(0, 10));
  if (
    !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/i.test(text) ||
    Number.isNaN(moment.getTime()) ||
    // `Date` reads 30 February as 2 March.
    day.toISOString().slice(0, 10) !== text.slice(0, 10)
  ) {
    throw new InvalidArgumentError('It must be RFC 3339, such as 2026-01-31T12:00:00Z.');
  }
  return moment;
}

function parseId(text: string): string {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new InvalidArgumentError('It must be a positive integer.');
  return text;
}
