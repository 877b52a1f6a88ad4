import { constants, open, readdir, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { OperatorError } from '../shared/operator-error';
import { waitForServer } from './connection';
import { stopServer } from './postmaster';
import { spawnPostgres, toLine, type PostgresProcess, type ServerConfig } from './server-process';

/** A server that this process started, and the first connection to it. */
export interface StartedServer extends Pick<PostgresProcess, 'hasEnded' | 'ended'> {
  readonly port: number;
  readonly client: Client;
  /** Stops the server and waits for its end. Does nothing if it has ended. */
  readonly stop: () => Promise<void>;
}

/** Another process took the port first, or sessions of a killed server have not ended yet. */
const temporaryFailure = /could not bind|Address already in use|pre-existing shared memory block/;

/** Bytes of the server log that an error message may quote. */
const maxQuoted = 2_000;

/**
 * Starts the server and connects to it, within 60 seconds: it may have to recover from a crash.
 * @param wantedPort waits until this port is free; without it, any free port is used
 * @throws OperatorError with the server's own messages if it does not start
 */
export async function startServer(config: ServerConfig, wantedPort?: number): Promise<StartedServer> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const readLog = await trackServerLog(config.cluster);
    const port = wantedPort ?? (await findFreePort());
    const { pid, hasEnded, ended, readErrors, release } = spawnPostgres(config, port);
    const stop = async (): Promise<void> => {
      if (pid !== undefined && !hasEnded()) await stopServer(pid, config, hasEnded);
    };
    const readMessages = async (): Promise<string> => joinMessages(readErrors(), await readLog());
    const address = { port, password: config.password, cluster: config.cluster };
    try {
      const connected = await waitForServer(() => address, hasEnded, deadline);
      if (connected) return { ...connected, stop, hasEnded, ended };
    } catch (cause) {
      await stop();
      throw toStartFailure(config, toLine(String(cause), await readMessages()), cause);
    } finally {
      release();
    }
    // A separate process writes the server log, so the last lines arrive a little later.
    await sleep(200);
    const messages = await readMessages();
    if (!temporaryFailure.test(messages) || Date.now() > deadline) throw toStartFailure(config, messages);
  }
}

function toStartFailure({ cluster }: ServerConfig, messages: string, cause?: unknown): Error {
  return new OperatorError(`The database server in ${cluster} did not start. It said: ${messages}`, {
    cause,
  });
}

/** Leaves out the two lines that every server prints when it opens its log file. */
function joinMessages(...texts: string[]): string {
  const lines = texts.flatMap((text) => text.split('\n'));
  return toLine(...lines.filter((line) => !/redirecting log output|Future log output/.test(line)));
}

/** A TCP port on 127.0.0.1 that is free now; another process may take it a moment later. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    // Without `exclusive`, the primary process of a cluster worker would keep the port open.
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Notes the current end of the server logs of a cluster.
 * @returns reads what was written since, at most the last 2000 bytes of each file
 */
async function trackServerLog(cluster: string): Promise<() => Promise<string>> {
  const folder = join(cluster, 'log');
  const sizes = new Map((await listLogs(folder)).map(({ path, size }) => [path, size]));
  return async () => {
    const parts = await Promise.all(
      (await listLogs(folder)).map(({ path, size }) => {
        const from = sizes.get(path) ?? 0;
        // A file that is shorter now was truncated by the rotation.
        return readTail(path, size < from ? 0 : from, size);
      }),
    );
    return parts.join('').trim();
  };
}

async function listLogs(folder: string): Promise<{ path: string; size: number }[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, size: (await stat(path).catch(() => undefined))?.size ?? 0 };
    }),
  );
}

async function readTail(path: string, from: number, to: number): Promise<string> {
  const start = Math.max(from, to - maxQuoted);
  if (to <= start) return '';
  // The account owns this folder and root may be reading: do not follow a planted link.
  const flags = process.platform === 'win32' ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW;
  const file = await open(path, flags).catch(() => undefined);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - start), 0, to - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
