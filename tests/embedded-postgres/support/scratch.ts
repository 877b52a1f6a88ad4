import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates a temporary folder that every account may enter; that of mkdtemp is private (0700). */
export function createScratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'footfall-test-')));
  chmodSync(folder, 0o755);
  return folder;
}

/** Removes a temporary folder and a cluster linked from it; kills a server that still runs. */
export function removeScratchFolder(folder: string, dataDirectory = join(folder, 'data')): void {
  const entry = join(dataDirectory, 'postgres');
  if (existsSync(entry)) {
    killPostmaster(dataDirectory);
    const cluster = realpathSync(entry);
    if (cluster !== entry) rmSync(cluster, { recursive: true, force: true, maxRetries: 5 });
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Process id in the `postmaster.pid` of a data directory; undefined if there is no such file. */
export function readPostmasterPid(dataDirectory: string): number | undefined {
  const file = join(dataDirectory, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

/** Port in the `postmaster.pid` of a data directory. */
export function readPostmasterPort(dataDirectory: string): number {
  return Number(readFileSync(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]);
}

/** Kills the server of a data directory, if one runs. */
export function killPostmaster(dataDirectory: string): void {
  const pid = readPostmasterPid(dataDirectory);
  if (pid === undefined || !isPostgres(pid)) return;
  process.kill(pid, 'SIGKILL');
}

/** Whether a process is a PostgreSQL server, so that a test never kills anything else. */
export function isPostgres(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8').includes('postgres');
}

/** Entries in a data directory that an unfinished or killed start left. */
export function listRemains(dataDirectory: string): string[] {
  return readdirSync(dataDirectory).filter((name) => !['password', 'postgres', 'runtime'].includes(name));
}

/** A random suffix for names. */
export function createId(): string {
  return randomBytes(4).toString('hex');
}
