/**
 * Calls `ask` until its result is truthy, and returns that. An error counts as "not yet".
 * @throws after `seconds`, naming what was waited for; the cause is the last error.
 */
export function waitUntil<T>(what: string, seconds: number, ask: () => T | Promise<T>): Promise<T>;
