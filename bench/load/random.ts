import { createRandom } from './create-random';

/**
 * Creates a source of ranks 1 to `count`, where rank k is drawn in proportion to 1/k (Zipf's law, exponent 1): a few
 * names get most of the visits, as pages do. The same seed draws the same ranks.
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
