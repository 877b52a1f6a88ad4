import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAccount } from './account';
import { hasCode } from './errors';
import { runCommand } from './run-command';

/** A server process that may be stopped. */
export interface StoppableServer {
  readonly pid: number;
  readonly pgCtl: string;
  readonly account: DatabaseAccount | undefined;
  readonly hasEnded: () => boolean | Promise<boolean>;
}

/**
 * Stops a server and waits until it has ended: 30 seconds for a fast shutdown (sessions end, data are written),
 * then 10 more for an immediate one (the next start recovers from the log; nothing committed is lost).
 * @throws Error when it is still there
 */
export async function stopServer(server: StoppableServer): Promise<void> {
  // INT is a fast shutdown, QUIT an immediate one. The process is named on purpose: `pg_ctl stop` takes
  // whatever postmaster.pid names by then, which may be the server of a successor.
  for (const [signal, patience] of [
    ['INT', 30_000],
    ['QUIT', 10_000],
  ] as const) {
    await sendSignal(server, signal);
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if (await server.hasEnded()) return;
      await sleep(10);
    }
  }
  throw new Error(
    `The database server (process ${server.pid}) does not stop: end it with kill -QUIT ${server.pid}.`,
  );
}

async function sendSignal(
  { pid, pgCtl, account, hasEnded }: StoppableServer,
  signal: 'INT' | 'QUIT',
): Promise<void> {
  try {
    // Windows has no signals; pg_ctl carries them there. Elsewhere nothing depends on its file, which an
    // `npm ci` beside a running server may have removed.
    if (process.platform === 'win32') await runCommand(pgCtl, ['kill', signal, String(pid)], account);
    else process.kill(pid, `SIG${signal}`);
  } catch (error) {
    if (!(hasCode(error, 'ESRCH') || (await hasEnded()))) throw error;
  }
}
