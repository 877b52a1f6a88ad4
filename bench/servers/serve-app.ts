import type { Express } from 'express';
import type { AddressInfo } from 'node:net';

/** Serves on a free port with Express's and Node's defaults, says where on stdout, and ends at SIGTERM. */
export function serveApp(app: Express, close: () => Promise<void>): void {
  const server = app.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
  });
  process.once('SIGTERM', () => {
    server.close(() => void close());
    server.closeAllConnections();
  });
}
