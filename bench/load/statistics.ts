/** The median; undefined for an empty array. */
export function getMedian(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Nearest-rank percentile of sorted values, `part` from 0 to 1; null for an empty array. */
export function getPercentile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}

/** The largest value that is not null; null if there is none. */
export function getLargest(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : Math.max(...present);
}

/** Rounds to significant digits, so that results do not claim more precision than was measured. */
export function roundTo(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
