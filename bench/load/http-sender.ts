import { UnreadableAnswer, type Answer } from './answer-reader';
import { openHttpConnection } from './http-connection';

/** Sends the requests of one connection one after another, each as soon as the one before has its whole answer. */
export interface HttpSender {
  /** Sends the first request; not before `opened`. */
  start(): void;
  /** Gives up a request that has been waiting for longer than this, and the connection with it. */
  giveUpAfter(ms: number): void;
  close(): void;
}

/** What comes of the requests. Every one of them is answered or has failed, unless the sender stopped. */
export interface SenderEvents {
  /** The connection stands, and nothing has been sent. */
  opened(): void;
  /** A whole answer: its status, the milliseconds since its request was written, and what the clock says. */
  answered(status: number, ms: number, now: number): void;
  /** A request that gets no answer. */
  failed(error: Error): void;
  /** There was no connection to begin with, or what came cannot be read. Nothing more is sent. */
  stopped(error: Error): void;
}

/**
 * Opens a connection, and another one for the rest of the requests whenever it is lost. A request is never sent twice:
 * the one that was under way has failed, and so has the one that no connection could be opened for.
 */
export function openHttpSender(url: URL, requests: readonly Buffer[], events: SenderEvents): HttpSender {
  let next = 0;
  let underWay: Buffer | undefined;
  let since = 0;
  let started = false;
  let ended = false;
  let connection = openHttpConnection(url, { opened: events.opened, answered, closed });

  function take(now: number): void {
    underWay = requests[next];
    next += 1;
    since = now;
  }

  function write(): void {
    if (underWay) connection.send(underWay);
  }

  function answered({ status, closes }: Answer): void {
    if (!underWay) {
      connection.close(new UnreadableAnswer('there is an answer that nobody asked for'));
      return;
    }
    const now = performance.now();
    events.answered(status, now - since, now);
    underWay = undefined;
    if (closes) {
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
    if (underWay) events.failed(error);
    underWay = undefined;
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
      if (underWay && performance.now() - since > ms)
        connection.close(new Error(`no answer within ${ms} ms`));
    },
    close() {
      ended = true;
      connection.close();
    },
  };
}
