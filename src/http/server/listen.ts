import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { OperatorError } from '../../shared/operator-error';
import { createLimitedServer, type LimitedServerOptions } from './create-limited-server';

/** A listening server. */
export interface HttpServer {
  /** With the actual port, also when port 0 was requested. */
  readonly url: string;
  /** Serves for `drainMs` more; responses say `Connection: close`. */
  drain(drainMs: number): Promise<void>;
  /** Stops accepting connections, and resolves when all requests in progress are answered. */
  close(): Promise<void>;
  /** Closes all connections at once. */
  cut(): void;
}

/** The port is in use by another process. */
export class PortTakenError extends OperatorError {
  override readonly name = 'PortTakenError';
}

/**
 * Starts to listen. `setting` names the setting of the port in the error message.
 * @throws {PortTakenError} with one line that says what to do.
 */
export async function listen(
  app: RequestListener,
  { host, port, setting = 'PORT' }: { host: string; port: number; setting?: string },
  options: LimitedServerOptions = {},
): Promise<HttpServer> {
  let draining = false;
  const server = createLimitedServer(options, (request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    app(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(toListenError(error, `${port} on ${host}`, setting));
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
        // Also closes idle keep-alive connections, since Node 19.
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

function renderUrl(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toListenError(error: NodeJS.ErrnoException, port: string, setting: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new PortTakenError(`Port ${port} is in use by another process. Set ${setting} to a free port.`);
  }
  return error;
}
