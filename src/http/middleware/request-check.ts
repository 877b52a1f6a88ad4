import type { Request, RequestHandler } from 'express';
import { HttpProblem, type Problem } from '../problem';

/** As much of a body that nobody wants is read, so that its sender sees the answer; beyond it the connection ends. */
const mostBodyBytes = 65_536;

const bodiless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses, before anything is looked up, what cannot be a request of ours by its form: too long a URL, no `Host`, an
 * expectation, a body.
 */
export function createRequestCheck({ maxUrlBytes }: { readonly maxUrlBytes: number }): RequestHandler {
  return (request, response, next) => {
    const withBody = hasBody(request);
    if (withBody) {
      discardBody(request);
      // Who waits for "100 Continue" has not sent it, and the next bytes could be either.
      if (request.headers.expect !== undefined) response.set('Connection', 'close');
    }
    const problem = findFault(request, withBody, maxUrlBytes);
    next(problem && new HttpProblem(problem));
  };
}

function findFault(request: Request, withBody: boolean, maxUrlBytes: number): Problem | undefined {
  const { url, method, headers, httpVersion } = request;
  if (url.length > maxUrlBytes) {
    const detail = `The path and query are longer than ${maxUrlBytes} bytes; a user name has at most 80 characters.`;
    return { status: 414, code: 'uri-too-long', detail };
  }
  if (headers.host === undefined && httpVersion === '1.1') {
    return { status: 400, code: 'malformed-request', detail: 'HTTP/1.1 needs a "Host" header; send one.' };
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return { status: 417, code: 'expectation-failed', detail: 'This expectation is not known; send none.' };
  }
  // Any other method is refused by its path, body or not.
  if (!withBody || !bodiless.has(method)) return undefined;
  return { status: 413, code: 'body-too-large', detail: 'Nothing here takes a body; send none.' };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function discardBody(request: Request): void {
  let left = mostBodyBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
}
