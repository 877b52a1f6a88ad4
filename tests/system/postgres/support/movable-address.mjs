import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Opens an address on 127.0.0.1 that leads to one server after another, as the name of a blue/green pair does. */
export async function createMovableAddress(port) {
  const sockets = new Set();
  let target = port;
  const server = createServer((socket) => {
    if (target === undefined) return socket.destroy();
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      sockets.add(one);
      one.pipe(other);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    /** Ends all connections; refuses new ones until `moveTo`. */
    block() {
      target = undefined;
      for (const socket of sockets) socket.destroy();
    },
    moveTo(other) {
      target = other;
    },
    close() {
      this.block();
      server.close();
    },
  };
}
