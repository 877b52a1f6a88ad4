import { Command, InvalidArgumentError, Option } from 'commander';
import { exportFormats, type ExportFormat } from '../services/queries/export-log';
import { runExport } from './visits/run-export';
import { runImport, runTotalsImport } from './visits/run-import';
import { runListImports, runUndoImport } from './visits/run-imports';

const program = new Command('visits').description('Take the data away and bring it back.');

program
  .command('export')
  .description('write the log to standard output')
  .addOption(new Option('--format <format>', 'how it is written').choices(exportFormats).default('csv'))
  .option('--since <time>', 'only visits from this moment on (RFC 3339)', parseMoment)
  .option('--until <time>', 'only visits before this moment (RFC 3339)', parseMoment)
  .action(({ format, since, until }: { format: ExportFormat; since?: Date; until?: Date }) =>
    runExport(format, { since, until }),
  );

program
  .command('import')
  .description('append a file to the log, all of it or nothing')
  .argument('<file>', 'an export, or a CSV file with the columns username,visited_at')
  .addOption(new Option('--format <format>', 'if the name of the file does not tell').choices(exportFormats))
  .option('--totals', 'the file has lines "name,count" of another counter: take them as opening balances')
  .action((file: string, { format, totals }: { format?: ExportFormat; totals?: true }) =>
    totals ? runTotalsImport(file) : runImport(file, format),
  );

program
  .command('imports')
  .description('list the imports of opening balances')
  .action(() => runListImports());

program
  .command('undo-import')
  .description('take the opening balances of an import back')
  .argument('<id>', 'as "imports" lists it', parseId)
  .action((id: string) => runUndoImport(id));

void program.parseAsync();

function parseMoment(text: string): Date {
  const moment = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/i.test(text) || Number.isNaN(moment.getTime())) {
    throw new InvalidArgumentError('It is not RFC 3339, such as 2026-01-31T12:00:00Z.');
  }
  return moment;
}

function parseId(text: string): string {
  if (!/^[1-9]\d{0,17}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return text;
}
