import { connect } from 'node:net';
import { createAnswerReader, type Answer } from './answer-reader';

/** A connection that is kept for one request after another. */
export interface HttpConnection {
  send(request: Buffer): void;
  /** Ends it, for a reason when it is not to be used any more because of one. */
  close(reason?: Error): void;
}

/** What happens on a connection. */
export interface ConnectionEvents {
  opened(): void;
  answered(answer: Answer): void;
  /** Once and last, whoever ended it; with what was wrong, when anything was. */
  closed(error: Error | undefined): void;
}

// More than the longest answer in the bench: it comes in one piece where the system has it in one.
const readAtOnce = 64 * 1024;

/** Opens a connection to an address such as `http://127.0.0.1:3000`. Reading from it allocates nothing. */
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
