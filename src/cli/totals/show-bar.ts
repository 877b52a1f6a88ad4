import { clearLine, moveCursor } from 'node:readline';
import { Presets, SingleBar } from 'cli-progress';
import type { WriteOutput } from './create-output';

/** A bar of visits on standard error, which makes room for what is written to standard output. */
export interface Bar {
  update(visits: number): void;
  readonly write: WriteOutput;
  /** Leaves the bar as it is. */
  stop(): void;
}

/**
 * Shows a bar, if standard error is a terminal. Where both outputs share it, the bar is taken away for each piece that
 * is written, and comes back below it as soon as the piece ends its line.
 * @param countTotal tells at how many visits the bar is full; asked only if a bar is shown.
 */
export async function showBar(countTotal: () => Promise<number>, write: WriteOutput): Promise<Bar> {
  const { stdout, stderr } = process;
  if (!stderr.isTTY) return { update: () => undefined, write, stop: () => undefined };
  const bar = new SingleBar(
    { format: '{bar} {percentage}% | {value} of {total} visits' },
    Presets.shades_classic,
  );
  const total = Math.max(await countTotal(), 1);
  let value = 0;
  bar.start(total, value);
  const writeAbove: WriteOutput = async (text) => {
    if (bar.isActive) {
      bar.stop();
      // The bar stays on its line when it stops, and the cursor goes to the next.
      moveCursor(stderr, 0, -1);
      clearLine(stderr, 0);
    }
    await write(text);
    if (text.endsWith('\n')) bar.start(total, value);
  };
  return {
    update: (visits) => {
      value = visits;
      bar.update(visits);
    },
    write: stdout.isTTY ? writeAbove : write,
    stop: () => {
      bar.stop();
    },
  };
}
