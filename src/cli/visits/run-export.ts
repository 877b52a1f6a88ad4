import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { exportLog, type ExportFormat } from '../../services/queries/export-log';
import { getRetiredUntil } from '../../services/queries/get-retired-until';
import type { VisitWindow } from '../../services/queries/visitor-page';
import { withClient } from '../../lifecycle/use-database';
import { createOutput } from '../output';
import { runOnDatabase } from '../run-on-database';
import { renderSeconds, showProgress } from '../show-progress';
import { countLines } from './count-lines';

/** Writes the log to standard output. */
export function runExport(
  format: ExportFormat,
  window: VisitWindow,
  isForSpreadsheet: boolean,
): Promise<void> {
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
        await exportLog(client, format, window, target, isForSpreadsheet);
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
      const retiredUntil = await getRetiredUntil(client);
      if (retiredUntil && !(window.since && window.since >= retiredUntil)) {
        process.stderr.write(`visits before ${retiredUntil.toISOString()} were retired: they are balances\n`);
      }
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
