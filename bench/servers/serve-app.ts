import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on `PORT`, by default a free one, of `HOST`, prints the address to stdout, and closes on SIGTERM. */
export function serveApp(server: Server, close: () => Promise<void>): void {
  const host = process.env['HOST'] ?? '127.0.0.1';
  server.listen(Number(process.env['PORT'] ?? 0), host, () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ url: `http://${host}:${port}` })}\n`);
  });
  process.once('SIGTERM', () => {
    server.close(() => void close());
    server.closeAllConnections();
  });
}
