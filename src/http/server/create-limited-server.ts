import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { limitClients } from './limit-clients';
import { refuseConnections, type ConnectionRefusal } from './refuse-connections';
import { createResponseTracker } from './response-tracker';

/** What a server accepts from its clients. */
export interface ServerLimits {
  readonly maxConnections: number;
  /** Longest time to receive a request, and longest time for the client to read the response. */
  readonly requestTimeoutMs: number;
  readonly maxHeadBytes: number;
}

/** Options of a server; by default it has low limits and no observer. */
export interface LimitedServerOptions {
  readonly messageTypes?: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;
  readonly limits?: ServerLimits;
  /** Called for each response that the server wrote instead of the app. */
  readonly observeRefusal?: (refusal: ConnectionRefusal) => void;
}

const defaultLimits = { maxConnections: 100, requestTimeoutMs: 10_000, maxHeadBytes: 16_384 };

/** Creates a server that a client cannot block by sending or reading slowly, or not at all. */
export function createLimitedServer(
  { messageTypes = {}, limits = defaultLimits, observeRefusal = () => undefined }: LimitedServerOptions,
  app: RequestListener,
): Server {
  const { maxConnections, requestTimeoutMs, maxHeadBytes } = limits;
  const responses = createResponseTracker();
  const server = createServer({
    ...messageTypes,
    keepAliveTimeout: 65_000,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How often Node looks for requests past their timeout; its default is 30 seconds.
    connectionsCheckingInterval: 1000,
    maxHeaderSize: maxHeadBytes,
    // The app refuses such a request with a problem; Node's own response would skip the app.
    requireHostHeader: false,
  });
  // A client may close its half of the connection after the request, as `nc -N` does. Without this, Node drops the
  // response. The types of Node do not have the property.
  Object.assign(server, { httpAllowHalfOpen: true });
  const handle: RequestListener = (request, response) => {
    responses.track(response);
    app(request, response);
  };
  // Without the last two, Node would ask for an unwanted body, or answer 417 without a body.
  server.on('request', handle).on('checkContinue', handle).on('checkExpectation', handle);
  limitClients(server, responses, { maxConnections, readTimeoutMs: requestTimeoutMs });
  refuseConnections(server, responses, observeRefusal);
  return server;
}
