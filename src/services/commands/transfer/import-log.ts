import type { ClientBase } from 'pg';
import { importStaged, type Imported, type ImportRun } from './import-staged';
import type { ImportedFile } from './register-import';
import { refuseDuplicateLines, stageLines } from './staging';
import type { TransferRecord } from './transfer-record';

/**
 * Appends an exported log. A database without visitors gets them with their ids, so its list is the exported list.
 * Otherwise lines are matched by name. Each import of balances in the log becomes one of this database.
 * @throws {LineFault} if a line is invalid, or two lines contradict each other. Then nothing is imported.
 * @throws {OperatorError} if the file may not be imported, or a name stays locked.
 */
export async function importLog(
  client: ClientBase,
  records: AsyncIterable<TransferRecord>,
  file: ImportedFile,
  run?: ImportRun,
): Promise<Imported> {
  const staged = await stageLines(client, records);
  await refuseDuplicateLines(client, { kind: 'visitor', key: 'username', what: 'visitor' });
  await refuseDuplicateLines(client, { kind: 'visitor', key: 'id', what: 'id' });
  await refuseDuplicateLines(client, { kind: 'opening', key: 'id, username', what: 'balance' });
  return importStaged(client, 'log', staged, file, run);
}
