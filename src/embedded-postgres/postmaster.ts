import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from './errors';

/** Whether a process with this id exists, by whomever. A dead process that nobody reaped counts. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * Tells what has the process id that a cluster's `postmaster.pid` names: that cluster's server, nothing, or a
 * process that got the same id later (after a reboot) or is dead and only not reaped.
 * @param cluster real path of the cluster
 */
export async function identifyProcess(pid: number, cluster: string): Promise<'server' | 'none' | 'other'> {
  if (!isProcessAlive(pid)) return 'none';
  // Windows offers no cheap proof; connecting with our password is the proof there.
  if (process.platform === 'win32') return 'server';
  const words = await readCommandLine(pid);
  if (basename(words[0] ?? '') !== 'postgres') return 'other';
  // The working directory is the better witness: a server enters its cluster, however the path was spelled.
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
