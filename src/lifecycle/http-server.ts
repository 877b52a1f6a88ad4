import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { HttpSettings } from '../config/settings';
import type { ConnectionRefusal } from '../http/refuse-connection';
import { createAnswerLog } from './answer-log';
import { cutSlowReaders } from './cut-slow-readers';
import { limitConnections } from './limit-connections';
import { refuseConnections } from './refuse-connections';

/** A listening server. */
export interface HttpServer {
  /** With the port that was taken, also when port 0 was asked for. */
  readonly url: string;
  /** Announces the end: answers say `Connection: close`, and requests are still taken for `drainMs`. */
  drain(drainMs: number): Promise<void>;
  /** Takes no more connections and resolves when the requests under way have been answered. */
  close(): Promise<void>;
  /** Cuts whatever connection is left. */
  cut(): void;
}

/** A port that somebody else has. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** Where a server listens, and what it takes of a connection. */
export type ListenOptions = Pick<
  HttpSettings,
  'host' | 'port' | 'maxConnections' | 'requestTimeoutMs' | 'maxHeadBytes'
>;

/**
 * Starts to listen.
 * @param observeRefusal told of each answer that was not the app's.
 * @throws {PortTakenError} in one line that says what to do.
 */
export async function listen(
  app: RequestListener,
  options: ListenOptions,
  observeRefusal: (refusal: ConnectionRefusal) => void,
): Promise<HttpServer> {
  const { host, port } = options;
  let draining = false;
  const server = createLimitedServer(options, observeRefusal, (request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    app(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(toListenError(error, host, port));
    });
    server.listen(port, host, resolve);
  });
  return {
    url: renderUrl(server, host),
    async drain(drainMs) {
      draining = true;
      await wait(drainMs);
    },
    close: () =>
      new Promise((resolve, reject) => {
        // Since Node 19 this closes idle keep-alive connections as well.
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    cut: () => {
      server.closeAllConnections();
    },
  };
}

function createLimitedServer(
  { maxConnections, requestTimeoutMs, maxHeadBytes }: ListenOptions,
  observeRefusal: (refusal: ConnectionRefusal) => void,
  answer: RequestListener,
): Server {
  const answers = createAnswerLog();
  const server = createServer({
    keepAliveTimeout: 65_000,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How often Node looks for requests that are too slow; by itself every 30 seconds.
    connectionsCheckingInterval: 1000,
    maxHeaderSize: maxHeadBytes,
    // The app says it, with a reason.
    requireHostHeader: false,
  });
  const take: RequestListener = (request, response) => {
    answers.note(response);
    answer(request, response);
  };
  // Without the other two Node asks for a body that nobody wants, or refuses with a bare 417.
  server.on('request', take).on('checkContinue', take).on('checkExpectation', take);
  const open = limitConnections(server, maxConnections, answers);
  cutSlowReaders(server, open, answers, requestTimeoutMs);
  refuseConnections(server, answers, observeRefusal);
  return server;
}

function renderUrl(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toListenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new PortTakenError(`Port ${port} on ${host} is taken by another program; set PORT to a free one.`);
  }
  return error;
}
