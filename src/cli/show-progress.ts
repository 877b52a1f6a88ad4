import { clearLine, moveCursor } from 'node:readline';
import { Presets, SingleBar } from 'cli-progress';
import { onEndingSignal } from '../lifecycle/on-ending-signal';
import type { WriteOutput } from './output';

/** A progress bar on standard error, and the way to write beside it. */
export interface Progress {
  add(amount: number): void;
  /** Writes to standard output. If both outputs share a terminal, the bar moves below the text. */
  readonly write: WriteOutput;
  /** Ends the bar and names the next step, whose progress cannot be measured. */
  say(text: string): void;
  /** Ends the bar and leaves it on the screen. */
  stop(): void;
}

/** What a progress bar counts. */
export interface ProgressOptions {
  readonly unit: string;
  /** Returns the amount at which the bar is full. Called only if a bar is shown. */
  readonly countTotal: () => Promise<number> | number;
  readonly write: WriteOutput;
}

/** Shows a progress bar if standard error is a terminal. */
export async function showProgress({ unit, countTotal, write }: ProgressOptions): Promise<Progress> {
  const { stdout, stderr } = process;
  const ignore = (): void => undefined;
  if (!stderr.isTTY) return { add: ignore, write, say: ignore, stop: ignore };
  const bar = new SingleBar(
    { format: `{bar} {percentage}% | {value} of {total} ${unit}`, hideCursor: true },
    Presets.shades_classic,
  );
  const total = Math.max(await countTotal(), 1);
  let value = 0;
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    stopListening();
    bar.stop();
  };
  // The bar hides the cursor. `runOnDatabase` ends the process.
  const stopListening = onEndingSignal(stop);
  bar.start(total, value);
  const writeAbove: WriteOutput = async (text) => {
    if (bar.isActive) {
      bar.stop();
      // Stopping leaves the bar on its line and moves the cursor to the next.
      moveCursor(stderr, 0, -1);
      clearLine(stderr, 0);
    }
    await write(text);
    if (endsLine(text) && !isStopped) bar.start(total, value);
  };
  return {
    add: (amount) => {
      value += amount;
      bar.update(value);
    },
    write: stdout.isTTY ? writeAbove : write,
    say: (text) => {
      stop();
      stderr.write(`${text}\n`);
    },
    stop,
  };
}

function endsLine(text: string | Uint8Array): boolean {
  return typeof text === 'string' ? text.endsWith('\n') : text.at(-1) === 10;
}

/** Renders how long something took, in seconds. */
export function renderSeconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
