import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { OperatorError } from '../../shared/operator-error';
import { createLimitedServer, type LimitedServerOptions } from './create-limited-server';

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

/** The port is in use by another process. */
export class PortTakenError extends OperatorError {
  override readonly name = 'PortTakenError';
}

/**
 * Starts to listen. `setting` is the one that says the port, for the person who has to change it.
 * @throws {PortTakenError} in one line that says what to do.
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

function renderUrl(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toListenError(error: NodeJS.ErrnoException, port: string, setting: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new PortTakenError(`Port ${port} is taken by another program; set ${setting} to a free one.`);
  }
  return error;
}
