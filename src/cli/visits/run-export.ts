import { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { exportLog, type ExportFormat } from '../../services/queries/export-log';
import type { VisitWindow } from '../../services/queries/visitor-page';
import { openOutput } from './open-output';
import { renderSeconds, showProgress } from './show-progress';
import { withClient } from './with-client';

/** Writes the log to standard output. */
export function runExport(format: ExportFormat, window: VisitWindow): Promise<void> {
  return withClient(async (client) => {
    const output = openOutput(process.env);
    const progress = showProgress(await estimateLines(client), 'lines');
    const startedAt = performance.now();
    let lines = 0;
    const target = countLines((count) => {
      lines += count;
      progress.add(count);
    });
    target.pipe(output, { end: output !== process.stdout });
    try {
      await exportLog(client, format, window, target);
      target.end();
      await finished(target);
      if (output !== process.stdout) await finished(output);
    } finally {
      progress.stop();
    }
    process.stderr.write(`exported ${lines} lines in ${renderSeconds(startedAt)}\n`);
  });
}

// The planner's own figure: good enough for a bar, and it costs nothing.
async function estimateLines(client: Client): Promise<number> {
  const { rows } = await client.query<{ lines: string }>(
    `SELECT sum(greatest(reltuples, 0))::bigint AS lines FROM pg_class
     WHERE oid IN ('visits'::regclass, 'visitors'::regclass)`,
  );
  return Number(rows[0]?.lines ?? 0);
}

function countLines(report: (lines: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let lines = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      report(lines);
      done(null, chunk);
    },
  });
}
