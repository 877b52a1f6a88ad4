import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExportFormat } from '../services/queries/export-log';

const formats = ['csv', 'ndjson'] satisfies ExportFormat[];

/** Adds `footfall visits` and its sub-commands. */
export function addVisits(program: Command): void {
  const visits = program
    .command('visits')
    .description('Export the log of visits, and import a log or the totals of another counter.')
    .addHelpText(
      'after',
      `
Examples:
  $ footfall visits export --format ndjson --since 2026-01-01T00:00:00Z > visits.ndjson
  $ footfall visits import visits.ndjson
  $ footfall visits import --totals hits.csv

Environment:
  DB_HOST, DB_PORT, DB_NAME; DB_OWNER_USERNAME and DB_OWNER_PASSWORD, or DB_USERNAME and DB_PASSWORD.
  See "footfall settings".

A file must be UTF-8, and CSV must have commas between the fields. "/dev/stdin" reads standard input.
An import is one transaction: all of the file or nothing. All sub-commands may run while visits are recorded.
At the end of an import visits to its names wait. Split a file with more than 50,000 new names or 100,000 known ones,
or visits to them may be refused for some seconds.`,
    );
  addExport(visits);
  addImport(visits);
  visits
    .command('imports')
    .description('list the imports of opening balances')
    .action(async () => {
      const { runListImports } = await import('./visits/run-imports.js');
      await runListImports();
    });
  visits
    .command('undo-import')
    .description('remove the opening balances of an import')
    .argument('<id>', 'as "imports" lists it', parseId)
    .action(async (id: string) => {
      const { runUndoImport } = await import('./visits/run-imports.js');
      await runUndoImport(id);
    });
}

function addExport(visits: Command): void {
  visits
    .command('export')
    .description('write the log to standard output')
    .addOption(new Option('--format <format>', 'the format of the output').choices(formats).default('csv'))
    .option('--since <time>', 'only visits from this moment on (RFC 3339)', parseMoment)
    .option('--until <time>', 'only visits before this moment (RFC 3339)', parseMoment)
    .action(async ({ format, since, until }: { format: ExportFormat; since?: Date; until?: Date }) => {
      const { runExport } = await import('./visits/run-export.js');
      await runExport(format, { since, until });
    });
}

function addImport(visits: Command): void {
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
    .action(async (file: string, { format, totals }: { format?: ExportFormat; totals?: true }) => {
      const { runImport, runTotalsImport } = await import('./visits/run-import.js');
      await (totals ? runTotalsImport(file) : runImport(file, format));
    });
}

function parseMoment(text: string): Date {
  const moment = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/i.test(text) || Number.isNaN(moment.getTime())) {
    throw new InvalidArgumentError('It must be RFC 3339, such as 2026-01-31T12:00:00Z.');
  }
  return moment;
}

function parseId(text: string): string {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new InvalidArgumentError('It must be a positive integer.');
  return text;
}
