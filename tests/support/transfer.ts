import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { readLog } from '../../src/cli/visits/read-log';
import { readTotals } from '../../src/cli/visits/read-totals';
import { sessionSettings } from '../../src/db/connect-database';
import { importLog } from '../../src/services/commands/transfer/import-log';
import type { Imported, ImportRun } from '../../src/services/commands/transfer/import-staged';
import { importTotals } from '../../src/services/commands/transfer/import-totals';
import type { ImportedFile } from '../../src/services/commands/transfer/register-import';
import { exportLog, type ExportFormat } from '../../src/services/queries/export-log';
import type { VisitWindow } from '../../src/services/queries/visitor-page';
import type { TestDatabase } from './test-database';

/** Runs `work` on a new connection, as the commands do. */
export async function onClient<T>(
  { clientConfig }: TestDatabase,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client(clientConfig);
  await client.connect();
  try {
    await client.query(sessionSettings);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Exports a database as text. */
export function exportText(
  database: TestDatabase,
  format: ExportFormat,
  window: VisitWindow = { since: undefined, until: undefined },
  isForSpreadsheet = false,
): Promise<string> {
  return onClient(database, async (client) => {
    const target = new PassThrough();
    const written = text(target);
    await exportLog(client, format, window, target, isForSpreadsheet);
    target.end();
    return written;
  });
}

/** A file that may be imported twice, as most tests do. */
export const someFile: ImportedFile = { source: 'file.csv', by: 'test', isAgain: true };

/** Imports text or bytes as if they were a file. */
export function importText(
  database: TestDatabase,
  format: ExportFormat,
  content: string | Buffer,
  file: Partial<ImportedFile> = {},
  importRun?: ImportRun,
): Promise<Imported> {
  const given = { ...someFile, ...file };
  return onClient(database, (client) =>
    importLog(client, readLog(toFile(content), format), given, importRun),
  );
}

/** Imports text as the totals of another counter. */
export function importTotalsText(
  database: TestDatabase,
  content: string | Buffer,
  source = 'totals.csv',
): Promise<Imported> {
  const file = { ...someFile, source };
  return onClient(database, (client) => importTotals(client, readTotals(toFile(content)), file));
}

function toFile(content: string | Buffer): Readable {
  return Readable.from([typeof content === 'string' ? Buffer.from(content) : content]);
}

/** Lists the names whose total differs from the visits in the log plus the opening balances. */
export function findDrift(database: TestDatabase): Promise<{ username: string }[]> {
  return database.query(`
    SELECT username FROM visitors LEFT JOIN visit_totals ON visit_totals.visitor_id = id
    WHERE visit_totals.visits IS DISTINCT FROM (
      (SELECT count(*) FROM visits WHERE visitor_id = visitors.id)
      + coalesce((SELECT sum(visits) FROM opening_balances WHERE visitor_id = visitors.id), 0))`);
}
