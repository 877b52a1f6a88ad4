import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Metrics } from '../../metrics/create-metrics';
import type { Logger } from '../../shared/logger';
import { maxUsernameLength } from '../../shared/username-patterns';
import { noRoute } from '../middleware/request-context';
import { createPublicHeaders } from '../middleware/cross-origin';
import type { HeaderPairs } from '../middleware/security-headers';
import { problemType, renderProblem, type Problem } from '../problem';
import type { ResponseTracker } from './response-tracker';

/** A response that the server itself wrote, because there was no request for the app. */
export interface ConnectionRefusal {
  readonly id: string;
  readonly problem: Problem;
  /** The code of Node's parser error, or `CONNECT`. */
  readonly reason: string;
}

/** A `clientError` of Node's HTTP parser. */
interface ParserError extends Error {
  readonly code?: string;
  /** The bytes being parsed, and how many of them were parsed before the error. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

// If the socket closes with unread bytes, the kernel resets the connection and the client loses the
// response.
const lingerMs = 1000;

/**
 * Answers with a problem where Node would answer without body and headers: bytes that are not HTTP,
 * a head that is too long or too slow, CONNECT.
 */
export function refuseConnections(
  server: Server,
  responses: ResponseTracker,
  observe: (refusal: ConnectionRefusal) => void,
): void {
  // The path is not known, and a refusal holds nothing that a page may not read.
  const { pairs } = createPublicHeaders();
  const refused = new WeakSet<Duplex>();

  const refuse = (socket: Duplex, problem: Problem, reason: string): void => {
    // After its first error, the parser reports an error for every further chunk.
    if (refused.has(socket)) return;
    refused.add(socket);
    const last = responses.lastOf(socket);
    const end = (): void => {
      if (responses.lastOf(socket) !== last) {
        // The request was only slow: it arrived while the previous one was being answered.
        refused.delete(socket);
      } else if (!socket.writable || last?.req.complete === false) {
        // The unreadable bytes belong to a request that is already answered.
        socket.destroy();
      } else {
        const refusal = { id: randomUUID(), problem, reason };
        observe(refusal);
        socket.end(renderRefusal(refusal, pairs));
        setTimeout(() => socket.destroy(), lingerMs).unref();
      }
    };
    // Wait, so that the client does not take the refusal for the response to an earlier request.
    if (responses.isBusy(socket)) last?.once('close', end);
    else end();
  };

  server.on('clientError', ({ code = 'unknown', rawPacket, bytesParsed }: ParserError, socket) => {
    const hasFirstLine = rawPacket?.subarray(0, bytesParsed).includes('\n') ?? true;
    if (code === 'ECONNRESET') socket.destroy();
    else refuse(socket, toProblem(code, hasFirstLine), code);
  });
  server.on('connect', (_request, socket) => {
    // Node removes its own error listener from this socket.
    socket.on('error', () => socket.destroy());
    const detail = 'This service is not a proxy. Use GET, HEAD or OPTIONS.';
    const headers = { Allow: 'GET, HEAD, OPTIONS' };
    refuse(socket, { status: 405, code: 'method-not-allowed', detail, headers }, 'CONNECT');
  });
}

/** Maps a parser error of Node to the problem sent to the client. */
function toProblem(reason: string, hasFirstLine: boolean): Problem {
  if (reason === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const detail = 'The request took too long to arrive. Send it without pauses.';
    return { status: 408, code: 'request-timeout', detail };
  }
  if (reason !== 'HPE_HEADER_OVERFLOW') {
    return { status: 400, code: 'malformed-request', detail: 'This is not a valid HTTP/1.1 request.' };
  }
  if (hasFirstLine) {
    return { status: 431, code: 'headers-too-large', detail: 'The headers are too long. Send fewer.' };
  }
  const detail = `The path and query are too long. A user name has at most ${maxUsernameLength} characters.`;
  return { status: 414, code: 'uri-too-long', detail };
}

/** Renders a whole response with the same headers as the app's problems. */
function renderRefusal({ id, problem }: ConnectionRefusal, common: HeaderPairs): string {
  const body = renderProblem(problem, id);
  const headers = [
    ['Content-Type', problemType],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Cache-Control', 'no-store'],
    ...Object.entries(problem.headers ?? {}),
    ['Connection', 'close'],
    ['Date', new Date().toUTCString()],
    ['X-Request-Id', id],
    ...common,
  ];
  const head = headers.map((pair) => `${pair.join(': ')}\r\n`).join('');
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${head}\r\n${body}`;
}

/** Creates the observer that counts and logs connections refused without a request. */
export function createRefusalLog(
  logger: Logger,
  metrics: Pick<Metrics, 'observeResponse'>,
): (refusal: ConnectionRefusal) => void {
  return ({ id, problem: { status }, reason }) => {
    metrics.observeResponse('(none)', noRoute, status, 0);
    logger.info({ request_id: id, status, reason }, 'request');
  };
}
