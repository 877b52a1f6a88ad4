import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { MemoryStore, type Options } from 'express-rate-limit';
import { HttpProblem } from '../problem';
import { identifyClient } from './client-address';

/** Wrong keys that a client may send in a window. */
const mostWrongKeys = 5;
const windowMs = 60_000;

/**
 * Checks a key that a client has sent.
 * @throws {HttpProblem} 401 `invalid-read-key`, 429 `too-many-read-keys`.
 */
export type CheckReadKey = (request: Request, given: string) => Promise<void>;

/**
 * Creates the check of the read key. After five wrong keys in a minute it refuses every key of that client until the
 * minute is over, also the right one, which could be a lucky guess. Each process counts on its own.
 */
export function createReadKeyCheck(key: string): CheckReadKey {
  const expected = digest(key);
  const wrongKeys = new MemoryStore();
  wrongKeys.init({ windowMs } as Options);
  return async (request, given) => {
    const client = identifyClient(request);
    const before = await wrongKeys.get(client);
    const waitMs = (before?.resetTime?.getTime() ?? 0) - Date.now();
    if (before && before.totalHits >= mostWrongKeys && waitMs > 0) throw createTooManyKeys(waitMs);
    if (timingSafeEqual(digest(given), expected)) return;
    const { totalHits } = await wrongKeys.increment(client);
    throw createInvalidKey(mostWrongKeys - totalHits);
  };
}

// Of equal length, as `timingSafeEqual` needs.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function createInvalidKey(left: number): HttpProblem {
  const tries = `${left} more ${left === 1 ? 'try' : 'tries'} before a pause of a minute.`;
  return new HttpProblem({
    status: 401,
    code: 'invalid-read-key',
    detail: `That key is not right. ${left > 0 ? tries : 'Wait a minute before you try again.'}`,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
}

function createTooManyKeys(waitMs: number): HttpProblem {
  const wait = Math.max(1, Math.ceil(waitMs / 1000));
  return new HttpProblem({
    status: 429,
    code: 'too-many-read-keys',
    detail: `Too many wrong keys from your address. Try again in ${wait} s.`,
    headers: { 'Retry-After': String(wait) },
  });
}
