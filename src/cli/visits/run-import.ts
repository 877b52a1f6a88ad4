import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { Client } from 'pg';
import { createClientRunner } from '../../db/create-client-runner';
import { describeFailure } from '../../db/describe-failure';
import { catchUp } from '../../services/commands/rolling/catch-up';
import { importLog } from '../../services/commands/transfer/import-log';
import type { Imported, ImportRun } from '../../services/commands/transfer/import-staged';
import { importTotals } from '../../services/commands/transfer/import-totals';
import type { ImportedFile, OpenImport } from '../../services/commands/transfer/register-import';
import type { ExportFormat } from '../../services/queries/export-log';
import { LineFault } from '../../shared/line-fault';
import { withClient } from '../../lifecycle/use-database';
import { print } from '../output';
import { runOnDatabase } from '../run-on-database';
import { renderSeconds } from '../show-progress';
import type { ColumnMap } from './column-map';
import { showImport } from './show-import';
import { readLog } from './read-log';
import { readTotals } from './read-totals';

/** The options of `footfall visits import`. */
export interface ImportOptions {
  readonly format?: ExportFormat;
  readonly totals?: true;
  readonly map?: ColumnMap;
  readonly again?: true;
  readonly by: string;
}

/** Imports a file: a log, or the totals of another counter as opening balances. */
export async function runImport(path: string, options: ImportOptions): Promise<void> {
  const { totals, map, again, by } = options;
  const format = totals ? 'csv' : (options.format ?? guessFormat(path));
  const file: ImportedFile = { source: basename(path), by, isAgain: again === true };
  const startedAt = performance.now();
  await importFile(path, async (client, input, run) => {
    const imported = totals
      ? await importTotals(client, readTotals(input, map), file, run)
      : await importLog(client, readLog(input, format, map), file, run);
    printImported(imported, totals === true, renderSeconds(startedAt));
    if (!totals) await catchUp(createClientRunner(client)).catch(reportDelay);
  });
}

/** The service rolls the visits up as well, only later. */
function reportDelay(error: unknown): void {
  process.stderr.write(`the import is complete, but could not be rolled up: ${describeFailure(error)}\n`);
}

function printImported(
  { importId, lines, visits, createdVisitors }: Imported,
  isTotals: boolean,
  seconds: string,
): void {
  if (importId === undefined) {
    print('the file has no lines; nothing was imported');
    return;
  }
  const added = isTotals ? `opening balances of ${lines} names` : `imported ${visits} visits in ${seconds}`;
  print(`import ${importId}: ${added}; ${createdVisitors} visitors are new`);
  print(`"footfall visits undo-import ${importId}" removes them`);
}

/** Runs the work on a readable file. Any other file is refused before the database is opened. */
async function importFile(
  path: string,
  work: (client: Client, input: Readable, run: ImportRun) => Promise<void>,
): Promise<void> {
  const handle = await open(path);
  let started: OpenImport | undefined;
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw new Error(`${path} is a folder; name a file`);
    const input = handle.createReadStream();
    // The reader of the stream reports the error; without a listener it could end the process first.
    input.on('error', () => undefined);
    await runOnDatabase('visits', async (context) => {
      const shown = await showImport(input, status.size, (open) => {
        started = open;
      });
      try {
        await withClient(context, (client) => work(client, input, shown.run));
      } finally {
        shown.stop();
      }
    });
  } catch (error) {
    if (started) throw explainInterruption(error, started);
    if (!(error instanceof LineFault)) throw error;
    const advice = 'Nothing was imported; correct the file and import it again.';
    throw new Error(`${path}, line ${error.line}: ${error.reason}. ${advice}`);
  } finally {
    await handle.close();
  }
}

function explainInterruption(error: unknown, { id }: OpenImport): unknown {
  process.stderr.write(
    `import ${id} is not complete: import the file again to go on, or remove what was added with ` +
      `"footfall visits undo-import ${id}"\n`,
  );
  return error;
}

function guessFormat(path: string): ExportFormat {
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(path)) return 'ndjson';
  throw new Error(`the name ${basename(path)} does not tell the format; add --format csv or --format ndjson`);
}
