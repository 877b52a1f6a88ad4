/** The middle value, or the mean of the two in the middle; undefined of nothing. */
export function getMedian(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The smallest value that at least this part (0 to 1) of the sorted values does not exceed; null of nothing. */
export function getPercentile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}

/** The largest of the values that are there; null of nothing. */
export function getLargest(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : Math.max(...present);
}

/** Rounds to this many digits that count, so that files do not claim more than was measured. */
export function roundTo(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
