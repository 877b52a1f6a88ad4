import { UnreadableAnswer, type Answer } from './answer-reader';
import { openHttpConnection } from './http-connection';

/** Sends the requests of one connection in sequence, each when the previous answer is complete. */
export interface HttpSender {
  /** Sends the first request. Call it after `opened`. */
  start(): void;
  /** Closes the connection if its request has waited longer than this. */
  giveUpAfter(ms: number): void;
  close(): void;
}

/** Callbacks of a sender. Each request is answered or fails, unless the sender stops. */
export interface SenderEvents {
  /** The connection is open; nothing has been sent. */
  opened(): void;
  /** A complete answer to a request: milliseconds since the request was written, current time. */
  answered(answer: Answer, request: Buffer, ms: number, now: number): void;
  /** A request got no answer. */
  failed(error: Error): void;
  /** The first connection failed, or an answer cannot be read. Nothing more is sent. */
  stopped(error: Error): void;
}

/**
 * Opens a connection, and a new one for the remaining requests whenever it is lost. No request is
 * sent twice: the current one fails, and so does one for which no connection can be opened.
 */
export function openHttpSender(url: URL, requests: readonly Buffer[], events: SenderEvents): HttpSender {
  let next = 0;
  let current: Buffer | undefined;
  let since = 0;
  let started = false;
  let ended = false;
  let connection = openHttpConnection(url, { opened: events.opened, answered, closed });

  function take(now: number): void {
    current = requests[next];
    next += 1;
    since = now;
  }

  function write(): void {
    if (current) connection.send(current);
  }

  function answered(answer: Answer): void {
    if (!current) {
      connection.close(new UnreadableAnswer('an answer arrived without a request'));
      return;
    }
    const now = performance.now();
    events.answered(answer, current, now - since, now);
    current = undefined;
    if (answer.closes) {
      connection.close();
      return;
    }
    take(now);
    write();
  }

  function closed(error = new Error('the connection was closed')): void {
    if (ended) return;
    if (!started || error instanceof UnreadableAnswer) {
      ended = true;
      events.stopped(error);
      return;
    }
    if (current) events.failed(error);
    current = undefined;
    reopen();
  }

  function reopen(): void {
    if (next >= requests.length) return;
    take(performance.now());
    const opened = (): void => {
      since = performance.now();
      write();
    };
    connection = openHttpConnection(url, { opened, answered, closed });
  }

  return {
    start() {
      started = true;
      take(performance.now());
      write();
    },
    giveUpAfter(ms) {
      if (current && performance.now() - since > ms) connection.close(new Error(`no answer within ${ms} ms`));
    },
    close() {
      ended = true;
      connection.close();
    },
  };
}
