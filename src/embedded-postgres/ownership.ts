import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { OperatorError } from '../shared/operator-error';
import { hasCode } from './errors';

/**
 * The session-level advisory lock in the database `postgres` that makes a process the owner of the
 * server; the key is ASCII "FOOT" and 1. The connection holds it, so even `kill -9` releases it.
 */
const ownerLock = [0x464f4f54, 1];

/**
 * Tries to take the owner lock on this connection.
 * @param timeoutMs how long to retry: the session of a killed owner takes a moment to end
 */
export async function takeOwnerLock(client: Client, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS locked',
      ownerLock,
    );
    if (rows[0]?.locked) return true;
    if (Date.now() >= deadline) return false;
    await sleep(50);
  }
}

/** Process id of the owner; undefined if there is none or its connection does not name it. */
export async function findOwner(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2 AND objsubid = 2`,
    ownerLock,
  );
  return Number(/:(\d+)$/.exec(rows[0]?.application_name ?? '')?.[1]) || undefined;
}

/** Milliseconds. Longer than the slowest start, which is a crash recovery of a minute. */
const startLockTimeout = 90_000;

/**
 * Takes the lock under which one process at a time creates, starts or replaces the server of a data
 * directory. It is a listening socket: the kernel closes it even after `kill -9`, so the lock never
 * becomes stale.
 * @param dataDirectory real path
 * @returns releases the lock; call it when the start has succeeded or failed
 * @throws OperatorError if another process holds the lock for 90 seconds
 */
export async function takeStartLock(dataDirectory: string): Promise<() => Promise<void>> {
  const path = toSocketPath(dataDirectory);
  const deadline = Date.now() + startLockTimeout;
  while (Date.now() < deadline) {
    const server = await tryListen(path);
    if (server) return () => new Promise((resolve) => server.close(() => resolve()));
    await removeStaleSocket(path);
    await sleep(25);
  }
  throw new OperatorError(
    `Another process has been starting the database in ${dataDirectory} for ${startLockTimeout / 1000} ` +
      'seconds: find it with ps, end it, and start again.',
  );
}

function toSocketPath(dataDirectory: string): string {
  const id = createHash('sha256').update(dataDirectory).digest('hex');
  if (process.platform === 'win32') return `\\\\.\\pipe\\footfall-${id}`;
  if (process.platform !== 'linux') return join(tmpdir(), `footfall-${id.slice(0, 16)}.sock`);
  // An abstract socket, without a file. The name fills all 108 bytes of sun_path: Node 20 pads
  // shorter names with NUL and Node 24 does not, so the two would use different sockets.
  return `\0footfall-${id}`.padEnd(108, '-');
}

function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)));
    // Without `exclusive`, cluster workers (PM2) would share one handle and all hold the lock.
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}

/** Only where the socket is a file: it stays after its process was killed. */
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
