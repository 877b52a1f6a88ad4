import type { BenchServer } from '../database/open-bench-server';
import type { Seed } from '../database/seed-visits';
import type { Load, LoadResult } from '../load/load';

/** The name of a contender in results. */
export type ContenderName =
  | 'footfall'
  | 'two-processes'
  | 'unbatched'
  | 'original'
  | 'bare'
  | 'select-1'
  | 'select-1-fast'
  | 'database';

/** How to start a contender. */
export interface ContenderSetup {
  readonly server: BenchServer;
  readonly seed: Seed;
  /** Number of connections that will send requests to it. */
  readonly connections: number;
}

/** A way to count visits, or a limit to compare it with. */
export interface Contender {
  /** In tables and plots. */
  readonly title: string;
  /** Fraction of the requests it gets, smaller if it is slow: runs take equally long. */
  readonly share: number;
  /** Starts its processes on its own database. */
  start(setup: ContenderSetup): Promise<RunningContender>;
}

/** The visits that a contender has counted. */
export interface Count {
  /** Visits by name, as the contender lists them. */
  readonly listing: ReadonlyMap<string, number>;
  /** Rows in the log. */
  readonly logged: number;
}

/** A contender that accepts requests. */
export interface RunningContender {
  /** Its processes, not those of the database. */
  readonly pids: readonly number[];
  run(load: Load): Promise<LoadResult>;
  /** Undefined if it counts nothing. */
  count?: () => Promise<Count>;
  /** Makes the database write changed pages to disk. */
  settle(): Promise<void>;
  /** Stops the processes and drops the database. */
  stop(): Promise<void>;
}
