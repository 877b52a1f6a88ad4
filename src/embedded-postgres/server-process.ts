import { spawn } from 'node:child_process';
import type { DatabaseAccount } from './account';
import type { Runtime } from './runtime';
import { toSpawnOptions, toStartError } from './run-command';

/** A cluster and what is needed to serve it. */
export interface ServedCluster {
  /** Real path. */
  readonly cluster: string;
  readonly account: DatabaseAccount | undefined;
  readonly runtime: Runtime;
  readonly password: string;
  readonly parameters: Record<string, string>;
}

/** A server process that was launched; whether it serves is another question. */
export interface PostgresProcess {
  /** Undefined when the program could not be run. */
  readonly pid: number | undefined;
  readonly hasEnded: () => boolean;
  /** Why it ended, e.g. `signal SIGKILL`; calls back at once when it has ended already. */
  readonly onEnd: (listener: (how: string) => void) => void;
  /** What it wrote to stderr so far: all there is before its log file opens. */
  readonly readErrors: () => string;
  /** Lets go of stderr, so that only the connection keeps this process alive. */
  readonly release: () => void;
}

/** Launches `postgres` on 127.0.0.1 only. Durability settings stay at their safe defaults. */
export function spawnPostgres(
  { cluster, account, runtime, parameters }: ServedCluster,
  port: number,
): PostgresProcess {
  const settings = {
    cluster_name: 'footfall',
    // One file for each day of the week, emptied when its day comes again.
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
    // Its own process group: Ctrl-C must reach Node alone, which drains before it stops the database.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.unref();
  let errors = '';
  let end: string | undefined;
  const listeners: ((how: string) => void)[] = [];
  const finish = (how: string): void => {
    end ??= how;
    for (const listener of listeners.splice(0)) listener(end);
  };
  child.stderr.on('data', (chunk) => (errors = (errors + String(chunk)).slice(-4_000)));
  child.once('error', (cause) => {
    errors += toStartError(runtime.postgres, cause).message;
    finish('it could not be run');
  });
  // Not 'exit': the last words on stderr may arrive after that.
  child.once('close', (code, signal) => finish(signal ? `signal ${signal}` : `code ${code}`));
  return {
    pid: child.pid,
    hasEnded: () => end !== undefined,
    onEnd: (listener) => (end === undefined ? void listeners.push(listener) : listener(end)),
    readErrors: () => errors,
    release: () => void child.stderr.destroy(),
  };
}
