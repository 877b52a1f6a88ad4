/** The advisory locks of imports that a process works at. Every release must use this number. */
export const claimKey = 7_130_005;

/** Renders the second number of the lock of an import. An id is at most twice as long. */
export function claimOfSql(id: string): string {
  return `(${id} % 2147483647)::int`;
}
