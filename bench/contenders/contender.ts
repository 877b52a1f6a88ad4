import type { BenchServer } from '../database/open-bench-server';
import type { Seed } from '../database/seed-visits';
import type { Load, LoadResult } from '../load/load';

/** Who takes part. */
export type ContenderName =
  | 'footfall'
  | 'two-processes'
  | 'unbatched'
  | 'original'
  | 'bare'
  | 'select-1'
  | 'select-1-fast'
  | 'database';

/** What a contender is started with. */
export interface ContenderSetup {
  readonly server: BenchServer;
  readonly seed: Seed;
  /** Connections that it will be asked over. */
  readonly connections: number;
}

/** A way to count visits, or a limit to hold one against. */
export interface Contender {
  readonly name: ContenderName;
  /** For tables and plots. */
  readonly title: string;
  /** Which part of the requests it gets; less for the slow, so that a run takes about as long for all. */
  readonly share: number;
  /** Starts its processes on a database of its own. */
  start(setup: ContenderSetup): Promise<RunningContender>;
}

/** What a contender has counted. */
export interface Count {
  /** Every name with its visits, as the contender lists them. */
  readonly listing: ReadonlyMap<string, number>;
  /** Rows in its log. */
  readonly logged: number;
}

/** A contender that takes requests. */
export interface RunningContender {
  /** Its processes, without those of the database. */
  readonly pids: readonly number[];
  run(load: Load): Promise<LoadResult>;
  /** Undefined for one that counts nothing. */
  count?: () => Promise<Count>;
  /** Lets the database write what is dirty. */
  settle(): Promise<void>;
  /** Ends the processes and removes the database. */
  stop(): Promise<void>;
}
