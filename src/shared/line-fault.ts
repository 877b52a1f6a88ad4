/** An invalid line of an import file. Lines count from 1. */
export class LineFault extends Error {
  override readonly name = 'LineFault';

  constructor(
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
  }
}
