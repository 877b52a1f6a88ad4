import type { ClientBase } from 'pg';
import { importStaged, type Imported, type ImportRun } from './import-staged';
import type { ImportedFile } from './register-import';
import { refuseDuplicateLines, stageLines } from './staging';
import type { TotalRecord } from './transfer-record';

/**
 * Imports the totals of another counter as opening balances. They count in the numbers at once, but they are not visits:
 * the log does not change.
 * @throws {LineFault} if a line is invalid, or a name is on two lines. Then nothing is imported.
 * @throws {OperatorError} if the file may not be imported, or a name stays locked.
 */
export async function importTotals(
  client: ClientBase,
  records: AsyncIterable<TotalRecord>,
  file: ImportedFile,
  run?: ImportRun,
): Promise<Imported> {
  const staged = await stageLines(client, withKind(records));
  await refuseDuplicateLines(client, { kind: 'total', key: 'username', what: 'name' });
  return importStaged(client, 'totals', staged, file, run);
}

async function* withKind(
  records: AsyncIterable<TotalRecord>,
): AsyncGenerator<TotalRecord & { readonly kind: 'total' }> {
  for await (const record of records) yield { ...record, kind: 'total' };
}
