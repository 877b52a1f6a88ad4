import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from './errors';

/** Milliseconds: longer than the slowest start, which is a crash recovery of a minute. */
const patience = 90_000;

/**
 * Lets one process at a time set up, start or replace the server of a data directory. The lock is a listening
 * socket, because the kernel drops that with the process even after `kill -9`: nothing stale is left to judge.
 * @param dataDirectory its real path
 * @returns the release, to be called when the start has succeeded or failed
 * @throws Error when another process holds it for 90 seconds
 */
export async function holdStartLock(dataDirectory: string): Promise<() => Promise<void>> {
  const path = toLockPath(dataDirectory);
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const server = await tryListen(path);
    if (server) return () => new Promise((resolve) => server.close(() => resolve()));
    await removeStaleSocket(path);
    await sleep(25);
  }
  throw new Error(
    `Another process has been starting the database in ${dataDirectory} for ${patience / 1000} seconds: ` +
      'find it with ps, end it, and start again.',
  );
}

function toLockPath(dataDirectory: string): string {
  const id = createHash('sha256').update(dataDirectory).digest('hex');
  if (process.platform === 'win32') return `\\\\.\\pipe\\footfall-${id}`;
  if (process.platform !== 'linux') return join(tmpdir(), `footfall-${id.slice(0, 16)}.sock`);
  // Abstract name (no file). Exactly 108 bytes, the whole of sun_path: Node 20 pads shorter names with NUL
  // and Node 24 does not, so with a shorter one the two would not see each other. Tried on 20.19, 20.20, 24.21.
  return `\0footfall-${id}`.padEnd(108, '-');
}

function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)));
    // exclusive: workers of a cluster (PM2) would otherwise share one handle and all hold the lock.
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

async function removeStaleSocket(path: string): Promise<void> {
  if (!path.startsWith('/')) return;
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve(hasCode(error, 'ECONNREFUSED')));
  });
  if (refused) await rm(path, { force: true });
}
