/**
 * Creates a source of numbers from 0 up to 1; the same seed gives the same ones. A small generator with 32 bits of
 * state: xorshift32, G. Marsaglia, https://www.jstatsoft.org/article/view/v008i14
 */
export function createRandom(seed: number): () => number {
  // Zero would stay zero for ever, and small seeds begin alike until their bits have spread.
  let state = (Math.imul(seed + 1, 0x9e3779b1) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
