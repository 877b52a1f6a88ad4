import { nameVisitor } from '../database/seed-visits';
import { createRandom, createZipf } from '../load/random';

// A sequence for each connection: with a common one, all would request the same at once.

/** Draws visits of many names by Zipf's law, `length` for each connection. `number` is that of the run. */
export function drawZipf(names: number, connections: number, length: number, number: number): string[][] {
  return Array.from({ length: connections }, (_, connection) => {
    const draw = createZipf(names, number * connections + connection);
    return Array.from({ length }, () => `/${nameVisitor(draw())}`);
  });
}

/** Draws four reads for each visit, in random order. */
export function drawMixed(
  { read, visit }: { readonly read: string; readonly visit: string },
  connections: number,
  length: number,
  number: number,
): string[][] {
  return Array.from({ length: connections }, (_, connection) => {
    const random = createRandom(number * connections + connection);
    return Array.from({ length }, () => (random() < 0.2 ? visit : read));
  });
}
