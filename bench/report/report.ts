import type { ContenderName } from '../contenders/contender';
import type { Durability } from '../database/durability';
import type { CountCheck } from '../load/ledger';
import type { LoadResult } from '../load/load';
import type { WorkloadName } from '../workloads/workload';

/** One run of one contender. */
export interface RunResult extends LoadResult {
  /** Peak resident memory of each of its processes in MiB; null where the system does not tell. */
  readonly peakMemoryMiB: readonly (number | null)[];
  /** Null for a contender that counts nothing. */
  readonly count: CountCheck | null;
}

/** All runs of one contender at one workload. */
export interface ContenderResult {
  readonly name: ContenderName;
  readonly title: string;
  /** Before the first round; its visits are in the count as well. */
  readonly warmUp: RunResult;
  readonly rounds: readonly RunResult[];
}

/** All runs of one workload. */
export interface WorkloadResult {
  readonly name: WorkloadName;
  readonly title: string;
  readonly connections: number;
  readonly contenders: readonly ContenderResult[];
}

/** What is timed at each length of the log. */
export type GrowthSeries = 'list' | 'top' | 'visitor' | 'record' | 'groupBy';

/** What was measured at one length of the log. */
export interface GrowthResult {
  readonly events: number;
  /** Median latencies in milliseconds, one a round. */
  readonly medianMs: Readonly<Record<GrowthSeries, readonly number[]>>;
  /** Peak resident memory of the service in MiB, one a round; null where the system does not tell. */
  readonly peakMemoryMiB: readonly (number | null)[];
}

/** A figure to reach. */
export interface Figure {
  readonly title: string;
  readonly target: { readonly at: 'least' | 'most'; readonly value: number; readonly unit?: string };
  /** Null when its workload was left out, or the system does not tell. */
  readonly measured: number | null;
  readonly met: boolean | null;
  /** Of a ratio: that of each round, of which `measured` is the median. */
  readonly rounds?: readonly number[];
  /** What to know before it is quoted. */
  readonly note?: string;
}

/** Where and when it was measured. */
export interface Circumstances {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
  readonly node: string;
  readonly postgres: string;
  /** What makes an acknowledged commit survive a crash. */
  readonly durability: Durability;
  /** Of the commit; `+changes` when files differ from it; null outside a git checkout. */
  readonly revision: string | null;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Everything that one bench measured. */
export interface BenchReport extends Circumstances {
  readonly figures: readonly Figure[];
  readonly workloads: readonly WorkloadResult[];
  readonly growth: readonly GrowthResult[];
}
