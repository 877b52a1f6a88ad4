import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection to the database that can lose its replies. */
export interface ReplyCutter {
  readonly port: number;
  /** Until `heal`, discards every reply of the server and closes its connection. */
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of a server on this machine. While it cuts, it still forwards what the client sends: a
 * statement runs and commits, and the client gets no reply.
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
