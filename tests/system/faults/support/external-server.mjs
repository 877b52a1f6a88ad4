import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './compiled.mjs';

/** Creates a folder that the account of an embedded server may enter, also when the tests run as root. */
export function createFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-faults-'));
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts a PostgreSQL that is not the service's own, as an operator would run, with a low connection limit. */
export async function startExternalServer() {
  const { folder, remove } = createFolder();
  const parameters = { max_connections: '40' };
  const options = { dataDirectory: folder, database: 'footfall', claim: 'exclusive', parameters };
  const server = await startEmbeddedPostgres(options).catch((error) => {
    remove();
    throw error;
  });
  return {
    server,
    async stop() {
      await server.stop();
      remove();
    },
  };
}
