import { spawn } from 'node:child_process';
import type { DatabaseAccount } from './account';

/**
 * Options every database process is spawned with: the account, a working directory it can enter, and an
 * environment without the caller's PG* variables, which would change where and how the programs work.
 */
export function toSpawnOptions(account: DatabaseAccount | undefined) {
  // Windows needs its environment to load libraries at all.
  if (process.platform === 'win32') return { windowsHide: true };
  return { ...account, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
}

/**
 * Runs a program to its end.
 * @throws Error with the program's own words when it cannot be run or exits with another code than 0
 */
export async function runCommand(
  program: string,
  parameters: string[],
  account: DatabaseAccount | undefined,
): Promise<void> {
  const child = spawn(program, parameters, { ...toSpawnOptions(account), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(toStartError(program, cause)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${signal ?? `code ${code}`}: ${output.trim()}`));
    });
  });
}

/** Explains why a program could not be run at all. */
export function toStartError(program: string, cause: Error): Error {
  return new Error(
    `${program} could not be run (${cause.message}): the embedded binaries need glibc 2.27 or newer ` +
      'and a file system that allows programs; otherwise set DATABASE_URL.',
    { cause },
  );
}
