import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Waits until the check holds; fails after `patience` milliseconds, naming what did not happen. */
export async function waitUntil(what: string, check: () => boolean, patience = 10_000): Promise<void> {
  for (const deadline = Date.now() + patience; !check(); await new Promise((done) => setTimeout(done, 20))) {
    if (Date.now() > deadline) throw new Error(`Not within ${patience} ms: ${what}`);
  }
}

/** Makes a temporary folder that every account may enter; mkdtemp alone makes it private (0700). */
export function createScratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'footfall-test-')));
  chmodSync(folder, 0o755);
  return folder;
}

/** Removes a temporary folder, any server that a failed test left on its data, and a cluster linked from it. */
export function removeScratchFolder(folder: string, dataDirectory = join(folder, 'data')): void {
  const entry = join(dataDirectory, 'postgres');
  if (existsSync(entry)) {
    killPostmaster(dataDirectory);
    const cluster = realpathSync(entry);
    if (cluster !== entry) rmSync(cluster, { recursive: true, force: true, maxRetries: 5 });
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Process id of the server on a data directory, or undefined when none is noted. */
export function readPostmasterPid(dataDirectory: string): number | undefined {
  const file = join(dataDirectory, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

/** Ends the server on a data directory the hard way; quiet when there is none. */
export function killPostmaster(dataDirectory: string): void {
  const pid = readPostmasterPid(dataDirectory);
  if (pid === undefined || !isPostgres(pid)) return;
  process.kill(pid, 'SIGKILL');
}

/** Whether that process is a PostgreSQL server: only such a one may a test end. */
export function isPostgres(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8').includes('postgres');
}

/** Names in a data directory that belong to no finished thing. */
export function listRemains(dataDirectory: string): string[] {
  return readdirSync(dataDirectory).filter((name) => !['password', 'postgres', 'runtime'].includes(name));
}

/** A short random name part. */
export function createId(): string {
  return randomBytes(4).toString('hex');
}
