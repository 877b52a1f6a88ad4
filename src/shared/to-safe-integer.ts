/**
 * Converts a bigint, which the driver returns as text, to a JSON integer.
 * @throws {RangeError} beyond 2^53 - 1, where the number would be silently wrong.
 */
export function toSafeInteger(text: string | number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe JSON integer`);
  return value;
}
