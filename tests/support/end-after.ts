import type { ImportRun } from '../../src/services/commands/transfer/import-staged';
import type { UndoRun } from '../../src/services/commands/transfer/undo-import';

/** Runs an import or an undo in parts of two lines, and fails after some of them, as if the process ended there. */
export function endAfter(parts: number): ImportRun & UndoRun {
  const ignore = (): void => undefined;
  let left = parts;
  const onPart = (): void => {
    left -= 1;
    if (left === 0) throw new Error('ended');
  };
  return { onWait: ignore, onStart: ignore, onAdded: onPart, onRemoved: onPart, linesAtOnce: 2, atOnce: 2 };
}
