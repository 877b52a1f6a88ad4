import type { Request, RequestHandler } from 'express';
import { maxUsernameLength } from '../../shared/username-patterns';
import { HttpProblem, type Problem } from '../problem';
import { discardBody, hasBody, readsBody } from './request-body';

const bodiless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Creates the middleware that refuses malformed requests before routing: URL too long, `Host`
 * missing or repeated, unknown `Expect`, or a body.
 */
export function createRequestCheck({ maxUrlBytes }: { readonly maxUrlBytes: number }): RequestHandler {
  return (request, response, next) => {
    const withBody = hasBody(request);
    if (withBody) {
      if (!readsBody(request, response.context.toPath)) discardBody(request);
      // A client that waits for "100 Continue" may not send the body: the next bytes are ambiguous.
      if (request.headers.expect !== undefined) response.set('Connection', 'close');
    }
    const problem = findProblem(request, withBody, maxUrlBytes);
    next(problem && new HttpProblem(problem));
  };
}

function findProblem(request: Request, withBody: boolean, maxUrlBytes: number): Problem | undefined {
  const { url, method, headers, httpVersion } = request;
  if (url.length > maxUrlBytes) {
    const detail = `The path and query are longer than ${maxUrlBytes} bytes. A user name has at most ${maxUsernameLength} characters.`;
    return { status: 414, code: 'uri-too-long', detail };
  }
  if (headers.host === undefined && httpVersion === '1.1') {
    return { status: 400, code: 'malformed-request', detail: 'HTTP/1.1 requires a "Host" header.' };
  }
  if (countHosts(request) > 1) {
    return { status: 400, code: 'malformed-request', detail: 'The "Host" header must be sent only once.' };
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return {
      status: 417,
      code: 'expectation-failed',
      detail: 'The only supported expectation is 100-continue.',
    };
  }
  // Other methods are refused by the router, with or without a body.
  if (!withBody || !bodiless.has(method)) return undefined;
  return { status: 413, code: 'body-too-large', detail: 'Send the request without a body.' };
}

// Node keeps only the first of them in `headers`.
function countHosts({ rawHeaders }: Request): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
