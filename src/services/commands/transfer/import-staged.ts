import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { announceChange } from '../announce-change';
import { keepVisitors } from '../lock-visitors';
import { addLines, type AddedLines } from './add-lines';
import { registerImport, type ImportedFile, type OpenImport } from './register-import';
import type { StagedFile } from './staging';

/** What an import added. Its id is what undoes it. */
export interface Imported extends AddedLines {
  /** Undefined if the file has no lines: nothing is recorded of it. */
  readonly importId: string | undefined;
  readonly lines: number;
}

/** How an import runs, and who is told how far it is. */
export interface ImportRun {
  /** Called if a change of visitors is under way. */
  readonly onWait: () => void;
  /** Called when the file is valid. From here on an import that fails is interrupted: its file can be imported again. */
  readonly onStart: (open: OpenImport) => void | Promise<void>;
  /** Called with the number of lines of each part. */
  readonly onAdded: (lines: number) => void;
  /** Lines of one part at most. */
  readonly linesAtOnce?: number;
}

const silent: ImportRun = { onWait: () => undefined, onStart: () => undefined, onAdded: () => undefined };

/**
 * Adds the staged lines, after all of them were found valid. Parts of them are added in transactions of their own, so
 * that no visit waits long, however many lines there are.
 * @throws {OperatorError} if the file may not be imported, or a name stays locked.
 */
export async function importStaged(
  client: ClientBase,
  kind: 'log' | 'totals',
  staged: StagedFile,
  file: ImportedFile,
  run: ImportRun = silent,
): Promise<Imported> {
  const { lines } = staged;
  if (lines === 0) return { importId: undefined, lines, visits: 0, createdVisitors: 0 };
  await checkSumOfTotals(client);
  return keepVisitors(client, run.onWait, async () => {
    const open = await registerImport(client, kind, staged, file);
    await run.onStart(open);
    const added = await addLines(client, open, run.onAdded, run.linesAtOnce);
    await announceChange(client);
    return { importId: open.id, lines, ...added };
  });
}

// JSON numbers are exact up to 2^53 - 1. Half of that is left to visits to come.
const maxSum = 2 ** 52;

async function checkSumOfTotals(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ sum: string }>(`
    SELECT (SELECT coalesce(sum(visits), 0) FROM visit_totals)
      + (SELECT coalesce(sum(CASE kind WHEN 'visit' THEN 1 ELSE visits END), 0) FROM staged) AS sum`);
  if (Number(rows[0]?.sum) <= maxSum) return;
  throw new OperatorError(`the sum of all totals must be at most ${maxSum}; nothing was imported`);
}
