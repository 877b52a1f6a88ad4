import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../problem';
import { renderRefusal, toConnectionProblem, type ConnectionRefusal } from './refuse-connection';
import { createSecurityHeaders } from '../middleware/security-headers';
import type { AnswerLog } from './response-tracker';

/** What Node's parser says of bytes that are no request. */
interface ParserError extends Error {
  readonly code?: string;
  /** The bytes among which it gave up, and after how many of them. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

// Closed at once with bytes unread, the kernel would take the answer back from a client that still sends.
const lingerMs = 1000;

/**
 * Answers as the app does where there is no request that the app could be given: bytes that are none, a head that is
 * too long or too slow, CONNECT. Node's own answers have no body and no header.
 */
export function refuseConnections(
  server: Server,
  answers: AnswerLog,
  observe: (refusal: ConnectionRefusal) => void,
): void {
  const securityHeaders = createSecurityHeaders();
  const refused = new WeakSet<Duplex>();

  const refuse = (socket: Duplex, problem: Problem, reason: string): void => {
    // The parser complains of everything that comes after its first complaint.
    if (refused.has(socket)) return;
    refused.add(socket);
    const last = answers.lastOf(socket);
    const end = (): void => {
      if (answers.lastOf(socket) !== last) {
        // It was only slow: the request has arrived while the one before it was answered.
        refused.delete(socket);
      } else if (!socket.writable || last?.req.complete === false) {
        // What cannot be read is the rest of a request that has had its answer.
        socket.destroy();
      } else {
        const refusal = { id: randomUUID(), problem, reason };
        observe(refusal);
        socket.end(renderRefusal(refusal, securityHeaders));
        setTimeout(() => socket.destroy(), lingerMs).unref();
      }
    };
    // What is written here must not pass for the answer to a request before it.
    if (answers.isBusy(socket)) last?.once('close', end);
    else end();
  };

  server.on('clientError', ({ code = 'unknown', rawPacket, bytesParsed }: ParserError, socket) => {
    const hasFirstLine = rawPacket?.subarray(0, bytesParsed).includes('\n') ?? true;
    if (code === 'ECONNRESET') socket.destroy();
    else refuse(socket, toConnectionProblem(code, hasFirstLine), code);
  });
  server.on('connect', (_request, socket) => {
    // Node has let go of it, so nobody else listens.
    socket.on('error', () => socket.destroy());
    const detail = 'This is no proxy; it takes GET, HEAD, OPTIONS.';
    const headers = { Allow: 'GET, HEAD, OPTIONS' };
    refuse(socket, { status: 405, code: 'method-not-allowed', detail, headers }, 'CONNECT');
  });
}
