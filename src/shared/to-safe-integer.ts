/**
 * Converts a bigint, which the driver returns as text, to a JSON integer. Beyond 2^53 - 1 a JSON number is not exact, so
 * that is the largest result: one row that was written by hand must not take the answer from all others.
 */
export function toSafeInteger(text: string | number): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}
