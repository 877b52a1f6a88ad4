import { createServer, type AddressInfo } from 'node:net';

/** Asks the operating system for a TCP port on 127.0.0.1 that is free now; it may be taken a moment later. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    // exclusive: a cluster worker would get a port that its primary process then keeps open.
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
