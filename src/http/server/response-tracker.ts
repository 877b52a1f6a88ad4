import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Knows the latest response of each connection. Responses finish in order, so it is the last. */
export interface ResponseTracker {
  track(response: ServerResponse): void;
  lastOf(socket: Duplex): ServerResponse | undefined;
  /** Whether a request of this connection is unanswered, or its response not yet fully sent. */
  isBusy(socket: Duplex): boolean;
}

/** Creates the tracker of one server. */
export function createResponseTracker(): ResponseTracker {
  const last = new WeakMap<Duplex, ServerResponse>();
  return {
    track: (response) => {
      last.set(response.req.socket, response);
    },
    lastOf: (socket) => last.get(socket),
    isBusy: (socket) => {
      const response = last.get(socket);
      return response !== undefined && !response.writableFinished && !response.destroyed;
    },
  };
}
