import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to the database that can lose what the database says. */
export interface ReplyCutter {
  readonly port: number;
  /** From now on whatever the server answers is thrown away, and the connection with it, until `heal`. */
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of a server on this machine. Cut, it still delivers what the client sends: a statement
 * runs and commits, and the client never hears of it.
 */
export async function startReplyCutter(target: { host: string; port: number }): Promise<ReplyCutter> {
  let cutting = false;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(target);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    }
    client.pipe(server);
    server.on('data', (reply) => {
      if (!cutting) {
        client.write(reply);
        return;
      }
      client.destroy();
      server.destroy();
    });
    server.once('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    cut: () => {
      cutting = true;
    },
    heal: () => {
      cutting = false;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => proxy.close(() => resolve()));
    },
  };
}
