import { spawn } from 'node:child_process';
import { OperatorError } from '../shared/operator-error';
import type { DatabaseAccount } from './account';
import type { Runtime } from './runtime';

/** Everything needed to run or reach the server of a cluster. */
export interface ServerConfig {
  /** Real path. */
  readonly cluster: string;
  readonly account: DatabaseAccount | undefined;
  readonly runtime: Runtime;
  readonly password: string;
  readonly parameters: Record<string, string>;
}

/** A `postgres` process that was spawned; it may not accept connections yet. */
export interface PostgresProcess {
  /** Undefined if the program could not be run. */
  readonly pid: number | undefined;
  readonly hasEnded: () => boolean;
  /** Resolves when the process has ended, with how it ended, e.g. `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** What it wrote to stderr so far, which is everything until it opens its log file. */
  readonly readErrors: () => string;
  /** Closes stderr, so that it no longer keeps Node running. */
  readonly release: () => void;
}

/** Spawns `postgres` on 127.0.0.1 only. Durability settings keep their safe defaults. */
export function spawnPostgres(
  { cluster, account, runtime, parameters }: ServerConfig,
  port: number,
): PostgresProcess {
  const settings = {
    cluster_name: 'footfall',
    // One log file per weekday, overwritten after a week.
    logging_collector: 'on',
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    ...parameters,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(runtime.postgres, ['-D', cluster, ...flags], {
    ...toSpawnOptions(account),
    // Its own process group: Ctrl-C must reach only Node, which drains requests and then stops it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.unref();
  let errors = '';
  let hasEnded = false;
  child.stderr.on('data', (chunk) => (errors = (errors + String(chunk)).slice(-4_000)));
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string): void => {
      hasEnded = true;
      resolve(how);
    };
    child.once('error', (cause) => {
      errors += toStartError(runtime.postgres, cause).message;
      finish('it could not be run');
    });
    // Not 'exit', which can come before the last output on stderr.
    child.once('close', (code, signal) => finish(signal ? `signal ${signal}` : `code ${code}`));
  });
  return {
    pid: child.pid,
    hasEnded: () => hasEnded,
    ended,
    readErrors: () => errors,
    release: () => void child.stderr.destroy(),
  };
}

/**
 * Runs a program until it ends.
 * @throws OperatorError with the program's output if it cannot be run or its exit code is not 0
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
      else reject(new OperatorError(`${program} ended with ${signal ?? `code ${code}`}: ${toLine(output)}`));
    });
  });
}

/**
 * Spawn options of every database process: the account, a working directory that it can enter, and
 * an environment without the PG* variables of the caller, which would change what the programs do.
 */
function toSpawnOptions(account: DatabaseAccount | undefined) {
  // Windows programs need the environment to find their libraries.
  if (process.platform === 'win32') return { windowsHide: true };
  return { ...account, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
}

/** Puts the lines of a program's output on one line. */
export function toLine(...texts: string[]): string {
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '')
    .join('; ');
}

function toStartError(program: string, cause: Error): Error {
  return new OperatorError(
    `${program} could not be run (${cause.message}): the embedded binaries need glibc 2.27 or newer ` +
      'and a file system that allows programs to run; otherwise set DATABASE_URL.',
    { cause },
  );
}
