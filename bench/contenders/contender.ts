import type { BenchServer } from '../database/open-bench-server';
import type { Seed } from '../database/seed-visits';
import type { Load, LoadResult } from '../load/load';

/** The name of a contender in results. */
export type ContenderName =
  | 'footfall'
  | 'doors'
  | 'doors-once'
  | 'doors-returning'
  | 'crowd'
  | 'visits-alone'
  | 'two-processes'
  | 'unbatched'
  | 'container'
  | 'shipped'
  | 'original-proxied'
  | 'box'
  | 'box-connecting'
  | 'box-original'
  | 'original'
  | 'bare'
  | 'select-1'
  | 'select-1-fast'
  | 'database';

/** A request whose answer does not change, and which records nothing. */
export interface Reading {
  readonly path: string;
  /** The header `Accept`; none by default. */
  readonly accept?: string;
}

/** How to start a contender. */
export interface ContenderSetup {
  readonly server: BenchServer;
  readonly seed: Seed;
  /** Number of connections that will send requests to it. */
  readonly connections: number;
  /** What it will be asked, besides visits. */
  readonly reading?: Reading | undefined;
  /** How much later each answer of its database arrives. */
  readonly databaseDelayMs?: number | undefined;
  /** The core for containers in a box; undefined if none is kept free. */
  readonly boxCore?: number | undefined;
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

/** Something that answers requests. */
export interface Served {
  readonly url: string;
  /** Undefined for a container. */
  readonly pid?: number;
  /** The main process of each container whose memory is measured. */
  readonly containers?: readonly number[];
  stop(): Promise<void>;
}

/** The visits that a contender has counted. */
export interface Count {
  /** Visits by name, as the contender lists them. */
  readonly listing: ReadonlyMap<string, number>;
  /** Rows in the log. */
  readonly logged: number;
  /** Rolled-up visits minus their rows in the log; undefined if nothing is rolled up. */
  readonly rolledUpDifference?: number | undefined;
}

/** A contender that accepts requests. */
export interface RunningContender {
  /** Its processes, not those of the database. */
  readonly pids: readonly number[];
  /** The main process of each container whose memory is measured. */
  readonly containers?: readonly number[];
  run(load: Load): Promise<LoadResult>;
  /** Undefined if it counts nothing. */
  count?: () => Promise<Count>;
  /** Makes the database write changed pages to disk. */
  settle(): Promise<void>;
  /** Stops the processes and drops the database. */
  stop(): Promise<void>;
}
