import type { Writable } from 'node:stream';

/** Writes a piece of a command's output, and waits until the stream has passed it on. */
export type WriteOutput = (text: string) => Promise<void>;

/**
 * Creates the function by which a command writes output of any length. Each piece is waited for, so a slow reader slows
 * the command down and nothing piles up in it. When the reader has gone away, as `head` does, what would follow is
 * dropped: the work behind the output is done to its end.
 * @throws what else goes wrong with the stream, such as a full disk.
 */
export function createOutput(stream: Writable): WriteOutput {
  let isGone = false;
  // Each failure also reaches the callback below, which is where it is dealt with.
  stream.on('error', () => undefined);
  return async (text) => {
    if (isGone) return;
    const error = await new Promise<Error | null | undefined>((resolve) => stream.write(text, resolve));
    if (!error) return;
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    isGone = true;
  };
}
