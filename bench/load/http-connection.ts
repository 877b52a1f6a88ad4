import { connect } from 'node:net';
import { createAnswerReader, type Answer } from './answer-reader';

/** A keep-alive connection. */
export interface HttpConnection {
  send(request: Buffer): void;
  /** Closes it; `reason` is passed to `closed`. */
  close(reason?: Error): void;
}

/** Callbacks of a connection. */
export interface ConnectionEvents {
  opened(): void;
  answered(answer: Answer): void;
  /** Called once, last. With an error unless the connection ended normally. */
  closed(error: Error | undefined): void;
}

// Longer than any answer in the bench, so that an answer can arrive in one piece.
const readAtOnce = 64 * 1024;

/** Connects to an address such as `http://127.0.0.1:3000`. Reading allocates no memory. */
export function openHttpConnection({ hostname, port }: URL, events: ConnectionEvents): HttpConnection {
  const read = createAnswerReader();
  const buffer = Buffer.allocUnsafe(readAtOnce);
  let error: Error | undefined;
  const take = (length: number): boolean => {
    let answer: Answer | undefined;
    try {
      answer = read(buffer, length);
    } catch (unreadable) {
      socket.destroy(unreadable as Error);
      return false;
    }
    if (answer) events.answered(answer);
    return true;
  };
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: { buffer, callback: take },
  });
  socket.once('connect', () => events.opened());
  socket.once('error', (thrown) => {
    error = thrown;
  });
  socket.once('close', () => events.closed(error));
  return {
    send: (request) => void socket.write(request),
    close: (reason) => void socket.destroy(reason),
  };
}
