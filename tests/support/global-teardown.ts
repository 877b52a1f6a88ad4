import { rmSync } from 'node:fs';
import './global-setup';

/** Stops the run's PostgreSQL and removes its data. */
export default async function stopTestServer(): Promise<void> {
  if (!globalThis.footfallTestServer) return;
  const { server, folder } = globalThis.footfallTestServer;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
