import { SingleBar } from 'cli-progress';

/** Shows how far a command is. */
export interface Progress {
  add(amount: number): void;
  /** Says what goes on from here, where nobody can tell how far it is. */
  say(text: string): void;
  stop(): void;
}

const silent: Progress = { add: () => undefined, say: () => undefined, stop: () => undefined };

/**
 * Shows a bar on standard error, if that is a terminal: the output of a command is for its reader alone.
 * @param total the amount at which the bar is full; @param unit what it counts.
 */
export function showProgress(total: number, unit: string): Progress {
  if (!process.stderr.isTTY) return silent;
  const bar = new SingleBar({
    stream: process.stderr,
    format: `{bar} {percentage}% of {total} ${unit}, {duration_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(Math.max(total, 1), 0);
  return {
    add: (amount) => {
      bar.increment(amount);
    },
    say: (text) => {
      bar.stop();
      process.stderr.write(`${text}\n`);
    },
    stop: () => {
      bar.stop();
    },
  };
}

/** Writes how long something took, in seconds. */
export function renderSeconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
