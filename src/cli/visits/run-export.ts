import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { exportLog, type ExportFormat } from '../../services/queries/export-log';
import type { VisitWindow } from '../../services/queries/visitor-page';
import { withClient } from '../../lifecycle/use-database';
import { createOutput } from '../output';
import { runOnDatabase } from '../run-on-database';
import { renderSeconds, showProgress } from '../show-progress';

/** Writes the log to standard output. */
export function runExport(format: ExportFormat, window: VisitWindow): Promise<void> {
  return runOnDatabase('visits', (context) =>
    withClient(context, async (client) => {
      const gone = new AbortController();
      const progress = await showProgress({
        unit: 'lines',
        countTotal: () => estimateLines(client),
        write: createOutput(process.stdout, () => {
          gone.abort();
        }),
      });
      const startedAt = performance.now();
      let lines = 0;
      const target = new Writable({
        signal: gone.signal,
        write(chunk: Buffer, _encoding, done) {
          const added = countLines(chunk);
          lines += added;
          progress.add(added);
          progress.write(chunk).then(() => {
            done();
          }, done);
        },
      });
      // Otherwise the server would keep sending, and the next statement would wait for ever.
      target.once('error', () => void client.end());
      try {
        await exportLog(client, format, window, target);
        target.end();
        await finished(target);
      } catch (error) {
        // The reader has closed, so there is nothing left to export.
        if (gone.signal.aborted) return;
        throw error;
      } finally {
        progress.stop();
      }
      process.stderr.write(`exported ${lines} lines in ${renderSeconds(startedAt)}\n`);
    }),
  );
}

// The planner's estimate is exact enough for a bar, and costs nothing.
async function estimateLines(client: Client): Promise<number> {
  const { rows } = await client.query<{ lines: string }>(
    `SELECT sum(greatest(reltuples, 0))::bigint AS lines FROM pg_class
     WHERE oid IN ('visits'::regclass, 'visitors'::regclass)`,
  );
  return Number(rows[0]?.lines ?? 0);
}

function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}
