/**
 * Creates a generator of numbers from 0 (inclusive) to 1 (exclusive); the same seed gives the same
 * sequence. xorshift32, G. Marsaglia, https://www.jstatsoft.org/article/view/v008i14
 */
export function createRandom(seed: number): () => number {
  // A state of 0 never changes, and small seeds give similar first numbers: spread the bits.
  let state = (Math.imul(seed + 1, 0x9e3779b1) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/**
 * Creates a generator of ranks from 1 to `count`, where rank k is drawn in proportion to 1/k
 * (Zipf's law, exponent 1): few names get most of the visits, as on real sites. The same seed draws
 * the same ranks.
 */
export function createZipf(count: number, seed: number): () => number {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += 1 / rank;
    cumulative[rank - 1] = sum;
  }
  const random = createRandom(seed);
  return () => findRank(cumulative, random() * sum);
}

function findRank(cumulative: Float64Array, target: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) > target) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}
