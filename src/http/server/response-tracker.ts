import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Knows the last answer of each connection. Answers leave in the order of their requests, so it is the last to end. */
export interface AnswerLog {
  note(response: ServerResponse): void;
  lastOf(socket: Duplex): ServerResponse | undefined;
  /** Whether a request of this connection still waits for its answer, or the answer for its reader. */
  isBusy(socket: Duplex): boolean;
}

/** Creates the log of a server. */
export function createAnswerLog(): AnswerLog {
  const last = new WeakMap<Duplex, ServerResponse>();
  return {
    note: (response) => {
      last.set(response.req.socket, response);
    },
    lastOf: (socket) => last.get(socket),
    isBusy: (socket) => {
      const response = last.get(socket);
      return response !== undefined && !response.writableFinished && !response.destroyed;
    },
  };
}
