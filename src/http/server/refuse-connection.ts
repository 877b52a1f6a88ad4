import { STATUS_CODES } from 'node:http';
import { problemType, renderProblem, type Problem } from '../problem';
import type { HeaderPairs } from '../middleware/security-headers';

/** An answer that is written past the app. */
export interface ConnectionRefusal {
  readonly id: string;
  readonly problem: Problem;
  /** Why, by the code of Node's parser. */
  readonly reason: string;
}

/** Says what a client is told whose bytes are no request, by the code of Node's parser. */
export function toConnectionProblem(reason: string, hasFirstLine: boolean): Problem {
  if (reason === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const detail = 'The request took too long to arrive; send it in one go.';
    return { status: 408, code: 'request-timeout', detail };
  }
  if (reason !== 'HPE_HEADER_OVERFLOW') {
    return { status: 400, code: 'malformed-request', detail: 'This is not a request of HTTP/1.1.' };
  }
  if (hasFirstLine) {
    return { status: 431, code: 'headers-too-large', detail: 'The headers are too long; send less.' };
  }
  const detail = 'The path and query are too long; a user name has at most 80 characters.';
  return { status: 414, code: 'uri-too-long', detail };
}

/** Writes a whole answer, headed as the app's own answers are, for a connection that ends with it. */
export function renderRefusal({ id, problem }: ConnectionRefusal, securityHeaders: HeaderPairs): string {
  const body = renderProblem(problem, id);
  const headers = [
    ['Content-Type', problemType],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Cache-Control', 'no-store'],
    ...Object.entries(problem.headers ?? {}),
    ['Connection', 'close'],
    ['Date', new Date().toUTCString()],
    ['X-Request-Id', id],
    ...securityHeaders,
  ];
  const head = headers.map((pair) => `${pair.join(': ')}\r\n`).join('');
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${head}\r\n${body}`;
}
