import { execFile } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { OperatorError } from '../shared/operator-error';
import { hasCode } from './errors';
import { runCommand, type ServerConfig } from './server-process';

/** What a running server writes to `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** Undefined until the server has chosen it. */
  readonly port: number | undefined;
}

/**
 * Reads `postmaster.pid` of a cluster; undefined if it is missing or still empty. Lines: 1 process
 * id, 2 data directory, 3 start time, 4 port (PostgreSQL manual, "Database File Layout").
 */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  const [pid, , , port] = text.split('\n').map(Number);
  return pid ? { pid, port: port === 0 ? undefined : port } : undefined;
}

/** Removes a `postmaster.pid` that names a foreign process; PostgreSQL would refuse to start. */
export async function removePostmasterFile(cluster: string): Promise<void> {
  await rm(join(cluster, 'postmaster.pid'), { force: true });
}

/** Whether a process with this id exists, of any user. Zombies count. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * Finds out what runs under the process id in the `postmaster.pid` of a cluster: the server of that
 * cluster, no process, or another one (a zombie, or a process that got the same id later).
 * @param cluster real path of the cluster
 */
export async function identifyProcess(pid: number, cluster: string): Promise<'server' | 'none' | 'other'> {
  if (!isProcessAlive(pid)) return 'none';
  // Windows has no cheap check; a connection with our password proves it later.
  if (process.platform === 'win32') return 'server';
  const words = await readCommandLine(pid);
  if (basename(words[0] ?? '') !== 'postgres') return 'other';
  // A server works in its cluster. The command line may spell the path differently.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return (folder === undefined ? words.includes(cluster) : folder === cluster) ? 'server' : 'other';
}

async function readCommandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  }
  const shown = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return (shown?.stdout ?? '').trim().split(' ');
}

/**
 * Stops a server and waits for its end: up to 30 seconds for a fast shutdown (ends sessions, writes
 * data), then 10 for an immediate one (the next start recovers; no commit is lost).
 * @throws OperatorError if it still runs
 */
export async function stopServer(
  pid: number,
  { runtime, account }: ServerConfig,
  hasEnded: () => boolean | Promise<boolean>,
): Promise<void> {
  const sendSignal = async (signal: 'INT' | 'QUIT'): Promise<void> => {
    try {
      // Windows has no signals, so pg_ctl sends it. Elsewhere pg_ctl is not used: an `npm ci`
      // beside a running server may have removed it.
      if (process.platform !== 'win32') process.kill(pid, `SIG${signal}`);
      else await runCommand(runtime.pgCtl, ['kill', signal, String(pid)], account);
    } catch (error) {
      if (!(hasCode(error, 'ESRCH') || (await hasEnded()))) throw error;
    }
  };
  // SIGINT is a fast shutdown, SIGQUIT an immediate one. Not `pg_ctl stop`: it stops the server
  // that postmaster.pid names by then, which may be a later one.
  for (const [signal, timeout] of [['INT', 30_000] as const, ['QUIT', 10_000] as const]) {
    await sendSignal(signal);
    const deadline = Date.now() + timeout;
    while (Date.now() < deadline) {
      if (await hasEnded()) return;
      await sleep(10);
    }
  }
  throw new OperatorError(`The database server (process ${pid}) does not stop: run kill -QUIT ${pid}.`);
}
