import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseTracker } from './response-tracker';

/** What a server grants its clients. */
export interface ClientLimits {
  readonly maxConnections: number;
  /** Longest time from the start of a response until the client has read its last byte. */
  readonly readTimeoutMs: number;
}

const checkIntervalMs = 1000;

/** Limits the number of connections, and the time that a client may take to read a response. */
export function limitClients(
  server: Server,
  responses: ResponseTracker,
  { maxConnections, readTimeoutMs }: ClientLimits,
): void {
  const open = limitConnections(server, responses, maxConnections);
  closeSlowReaders(server, responses, open, readTimeoutMs);
}

/**
 * At the limit, closes the oldest connection without a request in progress to make room for a new
 * one. Clients that open connections and send nothing, or send slowly, cannot lock others out.
 * Node refuses the new connection only while all others have a request in progress.
 * @returns the open connections.
 */
function limitConnections(
  server: Server,
  responses: ResponseTracker,
  maxConnections: number,
): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.maxConnections = maxConnections;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size < maxConnections) return;
    for (const candidate of open) {
      if (candidate === socket || responses.isBusy(candidate)) continue;
      // It counts until its handle is closed; do not choose it again in the meantime.
      open.delete(candidate);
      candidate.destroy();
      return;
    }
  });
  return open;
}

/**
 * Closes the connections of clients that do not read a response in time. Node's own timeout for
 * this starts anew whenever the client sends something.
 */
function closeSlowReaders(
  server: Server,
  responses: ResponseTracker,
  open: ReadonlySet<Socket>,
  timeoutMs: number,
): void {
  const seenAt = new WeakMap<ServerResponse, number>();
  const check = (): void => {
    const now = performance.now();
    for (const socket of open) {
      const response = responses.lastOf(socket);
      if (!response?.headersSent || response.writableFinished) continue;
      if (!response.writableEnded && response.writableLength === 0) {
        // A stream whose client has read everything so far.
        seenAt.delete(response);
        continue;
      }
      const since = seenAt.get(response);
      if (since === undefined) seenAt.set(response, now);
      else if (now - since >= timeoutMs) socket.destroy();
    }
  };
  const timer = setInterval(check, checkIntervalMs).unref();
  server.once('close', () => clearInterval(timer));
}
