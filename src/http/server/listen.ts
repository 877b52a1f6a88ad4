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

/** The address or the port cannot be listened on; the message names the setting. */
export class ListenError extends OperatorError {
  override readonly name = 'ListenError';
}

/** An address to listen on, and the settings that it comes from. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly settings?: { readonly host: string; readonly port: string };
}

/**
 * Starts to listen.
 * @throws {ListenError} with one line that says what to do.
 */
export async function listen(
  app: RequestListener,
  { host, port, settings = { host: 'HOST', port: 'PORT' } }: ListenAddress,
  options: LimitedServerOptions = {},
): Promise<HttpServer> {
  let draining = false;
  const server = createLimitedServer(options, (request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    app(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(toListenError(error, { host, port, settings }));
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

function toListenError(
  error: NodeJS.ErrnoException,
  { host, port, settings }: Required<ListenAddress>,
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} on ${host} is in use by another process. Set ${settings.port} to a free port.`,
      );
    case 'EACCES':
      return new ListenError(
        `This user may not listen on port ${port} of ${host}. Set ${settings.port} to a port above 1023.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'EAFNOSUPPORT':
      return new ListenError(
        `${settings.host}=${host} is not an address of this machine (${error.code}). Set ${settings.host} to 127.0.0.1, ` +
          '0.0.0.0, :: or another address of it, without brackets.',
      );
    default:
      return new ListenError(
        `Cannot listen on ${settings.host}=${host}, ${settings.port}=${port}: ${error.message}`,
      );
  }
}
