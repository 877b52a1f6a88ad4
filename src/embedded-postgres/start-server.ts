import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { waitForServer } from './connection';
import { findFreePort } from './find-free-port';
import { markServerLog } from './mark-server-log';
import { spawnPostgres, type PostgresProcess, type ServedCluster } from './server-process';
import { stopServer } from './stop-server';

/** A server that this process started, and the first connection to it. */
export interface SpawnedServer {
  readonly port: number;
  readonly client: Client;
  readonly onEnd: PostgresProcess['onEnd'];
  readonly hasEnded: PostgresProcess['hasEnded'];
  /** Stops it and waits for its end; at once when it has ended already. */
  readonly stop: () => Promise<void>;
}

/** Failures that pass: a port taken between choosing and binding it; sessions outliving a killed postmaster. */
const passing = /could not bind|Address already in use|pre-existing shared memory block/;

/**
 * Starts the server and waits until it answers, at most 60 seconds: it may have to recover from a crash.
 * @param wantedPort waits for this one if it is taken; without it any free port will do
 * @throws Error with the server's own words when it does not start
 */
export async function spawnServer(served: ServedCluster, wantedPort?: number): Promise<SpawnedServer> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const readLog = await markServerLog(served.cluster);
    const port = wantedPort ?? (await findFreePort());
    const postgres = spawnPostgres(served, port);
    const stop = (): Promise<void> => stopPostgres(postgres, served);
    const readWords = async (): Promise<string> => joinWords(postgres.readErrors(), await readLog());
    const address = { port, password: served.password, cluster: served.cluster };
    try {
      const connected = await waitForServer(() => address, postgres.hasEnded, deadline);
      if (connected) return { ...connected, stop, onEnd: postgres.onEnd, hasEnded: postgres.hasEnded };
    } catch (cause) {
      await stop();
      throw toStartFailure(served, `${String(cause)}\n${await readWords()}`, cause);
    } finally {
      postgres.release();
    }
    // The server's log has a process of its own, which writes the last words a little after the end.
    await sleep(200);
    const words = await readWords();
    if (!passing.test(words) || Date.now() > deadline) throw toStartFailure(served, words);
  }
}

async function stopPostgres(
  { pid, hasEnded }: PostgresProcess,
  { runtime, account }: ServedCluster,
): Promise<void> {
  if (pid === undefined || hasEnded()) return;
  await stopServer({ pid, account, pgCtl: runtime.pgCtl, hasEnded });
}

function toStartFailure({ cluster }: ServedCluster, words: string, cause?: unknown): Error {
  return new Error(`The database server in ${cluster} did not start. It said: ${words}`, { cause });
}

/** Drops the two lines in which every server says that it opens its log file. */
function joinWords(...texts: string[]): string {
  const lines = texts.flatMap((text) => text.split('\n'));
  return lines.filter((line) => line && !/redirecting log output|Future log output/.test(line)).join('\n');
}
