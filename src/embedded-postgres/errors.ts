/** Tells whether an error carries one of these codes, be they Node's (`ENOENT`) or PostgreSQL's (`42P04`). */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  // No instanceof: under jest Node's own errors come from another realm and are no Error of this one.
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
