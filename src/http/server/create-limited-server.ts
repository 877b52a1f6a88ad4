import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { ConnectionRefusal } from './refuse-connection';
import { createAnswerLog } from './response-tracker';
import { cutSlowReaders } from './cut-slow-readers';
import { limitConnections } from './limit-clients';
import { refuseConnections } from './refuse-connections';

/** What a server takes of its clients. */
export interface ServerLimits {
  readonly maxConnections: number;
  readonly requestTimeoutMs: number;
  readonly maxHeadBytes: number;
}

/** How a server differs from one with few clients and nobody who watches. */
export interface LimitedServerOptions {
  readonly messageTypes?: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;
  readonly limits?: ServerLimits;
  /** Told of each answer that was not the app's. */
  readonly observeRefusal?: (refusal: ConnectionRefusal) => void;
}

const ownLimits = { maxConnections: 100, requestTimeoutMs: 10_000, maxHeadBytes: 16_384 };

/** Creates a server that no client can hold up by what it sends, or by what it does not send or take. */
export function createLimitedServer(
  { messageTypes = {}, limits = ownLimits, observeRefusal = () => undefined }: LimitedServerOptions,
  answer: RequestListener,
): Server {
  const { maxConnections, requestTimeoutMs, maxHeadBytes } = limits;
  const answers = createAnswerLog();
  const server = createServer({
    ...messageTypes,
    keepAliveTimeout: 65_000,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How often Node looks for requests that are too slow; by itself every 30 seconds.
    connectionsCheckingInterval: 1000,
    maxHeaderSize: maxHeadBytes,
    // The app says it, with a reason. Node would write an answer that knows no request context.
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
