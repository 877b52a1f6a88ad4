import type { ReadStream } from 'node:fs';
import type { ImportRun } from '../../services/commands/transfer/import-staged';
import type { OpenImport } from '../../services/commands/transfer/register-import';
import { createOutput } from '../output';
import { showProgress, type Progress } from '../show-progress';
import { onWait } from './on-wait';

/** Shows how much of a file is read, and then how many of its lines are added. */
export async function showImport(
  input: ReadStream,
  size: number,
  onStart: (open: OpenImport) => void,
): Promise<{ readonly run: ImportRun; stop(): void }> {
  const write = createOutput(process.stdout);
  let shown: Progress = await showProgress({ unit: 'bytes', countTotal: () => size, write });
  input.on('data', (chunk) => {
    shown.add(chunk.length);
  });
  // The reader starts the stream; listening for progress must not.
  input.pause();
  return {
    run: {
      onWait,
      onStart: async (open) => {
        onStart(open);
        shown.stop();
        const { id, lines, addedLines } = open;
        if (addedLines > 0) {
          process.stderr.write(`import ${id} goes on after ${addedLines} of ${lines} lines\n`);
        }
        shown = await showProgress({ unit: 'lines', countTotal: () => lines - addedLines, write });
      },
      onAdded: (lines) => {
        shown.add(lines);
      },
    },
    stop: () => {
      shown.stop();
    },
  };
}
