import type { Request, RequestHandler } from 'express';
import { HttpProblem } from '../problem';

/** Unwanted bodies are read up to this size, so that the client can read the response. */
const maxDiscardedBytes = 65_536;

/** The largest body of a request that records: `navigator.sendBeacon` may send one. */
const maxIgnoredBytes = 1024;

/** Whether the request announces a body. */
export function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Reads and drops the body; closes the connection if it is very large. */
export function discardBody(request: Request): void {
  let left = maxDiscardedBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
}

/**
 * Refuses a body that is large, or whose size is not announced. A small one is ignored and not waited for.
 */
export const refuseLargeBody: RequestHandler = ({ headers }, response, next) => {
  const size = Number(headers['content-length'] ?? 0);
  if (headers['transfer-encoding'] !== undefined || size > maxIgnoredBytes) {
    throw new HttpProblem({
      status: 413,
      code: 'body-too-large',
      detail: `Send at most ${maxIgnoredBytes} bytes, with "Content-Length". They are ignored. Nothing was recorded.`,
    });
  }
  if (size > 0 && headers.expect !== undefined) response.writeContinue();
  next();
};
