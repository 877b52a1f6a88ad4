import { createReadStream, statSync, type ReadStream } from 'node:fs';
import { basename } from 'node:path';
import { importLog } from '../../services/commands/transfer/import-log';
import { importTotals } from '../../services/commands/transfer/import-totals';
import type { ExportFormat } from '../../services/queries/export-log';
import { LineFault } from '../../shared/line-fault';
import { readLog } from './read-log';
import { readTotals } from './read-totals';
import { renderSeconds, showProgress, type Progress } from './show-progress';
import { withClient } from './with-client';

/** Appends a file to the log. */
export function runImport(file: string, format?: ExportFormat): Promise<void> {
  return withClient(async (client) => {
    const chosen = format ?? guessFormat(file);
    await readingFile(file, async (input, progress) => {
      const startedAt = performance.now();
      const imported = await importLog(client, readLog(input, chosen), (lines) => {
        progress.say(`${lines} lines read; adding them to the log`);
      });
      const { visits, createdVisitors } = imported;
      print(`imported ${visits} visits in ${renderSeconds(startedAt)}; ${createdVisitors} visitors are new`);
    });
  });
}

/** Takes the totals of another counter as opening balances. */
export function runTotalsImport(file: string): Promise<void> {
  return withClient(async (client) => {
    await readingFile(file, async (input) => {
      const { importId, names, createdVisitors } = await importTotals(
        client,
        basename(file),
        readTotals(input),
      );
      print(`import ${importId}: opening balances of ${names} names; ${createdVisitors} visitors are new`);
      print(`"npm run visits undo-import -- ${importId}" takes them back`);
    });
  });
}

async function readingFile(
  file: string,
  work: (input: ReadStream, progress: Progress) => Promise<void>,
): Promise<void> {
  const { size } = statSync(file);
  const input = createReadStream(file);
  const progress = showProgress(size, 'bytes');
  input.on('data', (chunk) => {
    progress.add(chunk.length);
  });
  // Whoever reads begins; listening for progress must not.
  input.pause();
  try {
    await work(input, progress);
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    const advice = 'Nothing was imported; mend the line and import the file again.';
    throw new Error(`${file}, line ${error.line}: ${error.reason}. ${advice}`);
  } finally {
    input.destroy();
    progress.stop();
  }
}

function guessFormat(file: string): ExportFormat {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(file)) return 'ndjson';
  throw new Error(
    `The name ${basename(file)} does not tell its format; give --format csv or --format ndjson.`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
