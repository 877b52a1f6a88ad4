import type { Request, RequestHandler } from 'express';
import type { ToPath } from '../base-path';
import { HttpProblem } from '../problem';

/** Unwanted bodies are read up to this size, so that the client can read the response. */
const maxDiscardedBytes = 65_536;

/** The largest body of a POST: `navigator.sendBeacon` may send one, and the form of the sign-in does. */
const maxPostBytes = 1024;

/** The only path whose handler reads a body. */
export const signInPath = '/-/sign-in';

/** Whether the request announces a body. */
export function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether a body is too large for a request that may have one, or its size is not announced. */
function isLarge({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxPostBytes;
}

/** Whether the handler of the path reads the body. */
export function readsBody(request: Request, toPath: ToPath): boolean {
  return request.method === 'POST' && request.path === toPath(signInPath) && !isLarge(request);
}

/** Reads and drops the body; closes the connection if it is very large. */
export function discardBody(request: Request): void {
  let left = maxDiscardedBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
}

/** Refuses a large body. A small one is not waited for. */
export const refuseLargeBody: RequestHandler = (request, response, next) => {
  if (isLarge(request)) {
    throw new HttpProblem({
      status: 413,
      code: 'body-too-large',
      detail: `Send at most ${maxPostBytes} bytes, with "Content-Length". Nothing was recorded.`,
    });
  }
  if (hasBody(request) && request.headers.expect !== undefined) response.writeContinue();
  next();
};
