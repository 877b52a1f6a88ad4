import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { Client } from 'pg';
import { importLog } from '../../services/commands/transfer/import-log';
import { catchUp } from '../../services/commands/rolling/catch-up';
import { importTotals } from '../../services/commands/transfer/import-totals';
import type { ExportFormat } from '../../services/queries/export-log';
import type { Statement } from '../../shared/statement';
import { LineFault } from '../../shared/line-fault';
import { withClient } from '../../lifecycle/use-database';
import { createOutput, print } from '../output';
import { runOnDatabase } from '../run-on-database';
import { renderSeconds, showProgress, type Progress } from '../show-progress';
import { readLog } from './read-log';
import { readTotals } from './read-totals';

/** Appends a file to the log. */
export function runImport(file: string, format?: ExportFormat): Promise<void> {
  const chosen = format ?? guessFormat(file);
  return importFile(file, async (client, input, progress) => {
    const startedAt = performance.now();
    const imported = await importLog(client, readLog(input, chosen), (lines) => {
      progress.say(`${lines} lines read; adding them to the log`);
    });
    const { visits, createdVisitors } = imported;
    print(`imported ${visits} visits in ${renderSeconds(startedAt)}; ${createdVisitors} visitors are new`);
    await catchUp(async <Row extends object>({ text }: Statement, values: readonly unknown[]) => {
      return (await client.query<Row>(text, [...values])).rows;
    });
  });
}

/** Imports the totals of another counter as opening balances. */
export function runTotalsImport(file: string): Promise<void> {
  return importFile(file, async (client, input) => {
    const imported = await importTotals(client, basename(file), readTotals(input));
    const { importId, names, createdVisitors } = imported;
    print(`import ${importId}: opening balances of ${names} names; ${createdVisitors} visitors are new`);
    print(`"footfall visits undo-import ${importId}" removes them`);
  });
}

/** Runs the work on a readable file. Any other file is refused before the database is opened. */
async function importFile(
  file: string,
  work: (client: Client, input: Readable, progress: Progress) => Promise<void>,
): Promise<void> {
  const handle = await open(file);
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw new Error(`${file} is a folder; name a file`);
    const input = handle.createReadStream();
    // The reader of the stream reports the error; without a listener it could end the process first.
    input.on('error', () => undefined);
    await runOnDatabase('visits', async (context) => {
      const progress = await showProgress({
        unit: 'bytes',
        countTotal: () => status.size,
        write: createOutput(process.stdout),
      });
      input.on('data', (chunk) => {
        progress.add(chunk.length);
      });
      // The reader starts the stream; listening for progress must not.
      input.pause();
      try {
        await withClient(context, (client) => work(client, input, progress));
      } finally {
        progress.stop();
      }
    });
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    const advice = 'Nothing was imported; correct the file and import it again.';
    throw new Error(`${file}, line ${error.line}: ${error.reason}. ${advice}`);
  } finally {
    await handle.close();
  }
}

function guessFormat(file: string): ExportFormat {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(file)) return 'ndjson';
  throw new Error(`the name ${basename(file)} does not tell the format; add --format csv or --format ndjson`);
}
