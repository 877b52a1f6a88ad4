import type { Request } from 'express';
import { HttpProblem } from '../../problem';

const speculation = /\b(prefetch|prerender|preview)\b/i;

/**
 * Refuses a request by which a browser fetches ahead: nobody has visited yet. An answer outside 2xx makes it drop
 * the result, so that the real navigation asks again. https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Purpose
 * @throws {HttpProblem} 503 `speculative-request`.
 */
export function refuseSpeculation({ headers }: Request): void {
  const purpose = headers['sec-purpose'] ?? headers['purpose'] ?? headers['x-purpose'] ?? headers['x-moz'];
  if (purpose === undefined || !speculation.test(String(purpose))) return;
  throw new HttpProblem({
    status: 503,
    code: 'speculative-request',
    detail: 'Fetched ahead of a visit, so nothing was recorded. The visit itself will be answered.',
  });
}
