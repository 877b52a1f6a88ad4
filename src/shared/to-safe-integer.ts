/**
 * Turns a bigint that the driver hands over as text into a JSON integer.
 * @throws {RangeError} beyond 2^53 - 1, rather than answer with a number that is silently wrong.
 */
export function toSafeInteger(text: string | number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not an integer that JSON can carry`);
  return value;
}
