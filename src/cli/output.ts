import type { Writable } from 'node:stream';

/** Writes a piece of a command's output and waits until the stream has passed it on. */
export type WriteOutput = (text: string | Uint8Array) => Promise<void>;

/**
 * Creates the function that writes a command's output. Each piece is waited for, so a slow reader slows the command
 * down and nothing piles up in memory. When the reader has gone, as `head` does, the rest is dropped without an error
 * and the command finishes its work.
 * @param onReaderGone called once when the reader has gone, for a command whose output is all its work.
 * @throws any other error of the stream, such as a full disk.
 */
export function createOutput(stream: Writable, onReaderGone: () => void = () => undefined): WriteOutput {
  let isGone = false;
  // The callback below gets each failure too.
  stream.on('error', () => undefined);
  return async (text) => {
    if (isGone) return;
    const error = await new Promise<Error | null | undefined>((resolve) => stream.write(text, resolve));
    if (!error) return;
    if (!isReaderGone(error)) throw new Error(`standard output: ${error.message}`);
    isGone = true;
    onReaderGone();
  };
}

let hasFailed = false;

/** Prints a line on standard output. A line that cannot be written fails the command, which finishes its work first. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`, (error) => {
    if (!error || isReaderGone(error) || hasFailed) return;
    hasFailed = true;
    process.stderr.write(`footfall: standard output: ${error.message}\n`);
    process.exitCode = 1;
  });
}

function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}
