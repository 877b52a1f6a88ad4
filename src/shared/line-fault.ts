/** A line of a file that cannot be imported; the line counts from 1. */
export class LineFault extends Error {
  override readonly name = 'LineFault';

  constructor(
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
  }
}
