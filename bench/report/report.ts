import type { ContenderName } from '../contenders/contender';
import type { Durability } from '../database/open-bench-server';
import type { CountCheck } from '../load/ledger';
import type { LoadResult } from '../load/load';
import type { WorkloadName } from '../workloads/workloads';

/** One run of one contender. */
export interface RunResult extends LoadResult {
  /** Peak resident memory in MiB of each process; null if the system does not report it. */
  readonly peakMemoryMiB: readonly (number | null)[];
  /** Null if the contender counts nothing. */
  readonly count: CountCheck | null;
}

/** All runs of one contender in one workload. */
export interface ContenderResult {
  readonly name: ContenderName;
  readonly title: string;
  /** Before the first round. Its visits are counted too. */
  readonly warmUp: RunResult;
  readonly rounds: readonly RunResult[];
}

/** All runs of one workload. */
export interface WorkloadResult {
  readonly name: WorkloadName;
  readonly title: string;
  readonly connections: number;
  /** Under which restriction it ran. */
  readonly note?: string;
  readonly contenders: readonly ContenderResult[];
}

/** Name of a growth measurement, as `--only` takes it. */
export type GrowthName = 'growth' | 'growth-shuffled' | 'growth-names';

/** What is measured at each size. */
export type GrowthSeries =
  | 'list'
  | 'top'
  | 'topNext'
  | 'search'
  | 'visitor'
  | 'summary'
  | 'historyHours'
  | 'historyDays'
  | 'historyMonths'
  | 'visitorHours'
  | 'visitorDays'
  | 'visitorMonths'
  | 'window'
  | 'windowAll'
  | 'dashboard'
  | 'record'
  | 'groupBy'
  | 'verify'
  | 'rebuild';

/** Results at one size. */
export interface GrowthStage {
  /** Events in the log, or names. */
  readonly size: number;
  /** Median latencies or durations in milliseconds, one per round, in the order of measurement. */
  readonly medianMs: Readonly<Partial<Record<GrowthSeries, readonly number[]>>>;
  /** Peak resident memory of the service in MiB, one per round; null if not reported. */
  readonly peakMemoryMiB: readonly (number | null)[];
}

/** Results at all sizes, ascending. */
export interface GrowthResult {
  readonly name: GrowthName;
  readonly title: string;
  readonly unit: 'events' | 'names';
  readonly stages: readonly GrowthStage[];
}

/** A figure with a target. */
export interface Figure {
  readonly title: string;
  readonly target: { readonly at: 'least' | 'most'; readonly value: number; readonly unit?: string };
  /** Null if it was not measured. */
  readonly measured: number | null;
  readonly met: boolean | null;
  /** The ratios of all rounds, if it is a ratio; `measured` is their median. */
  readonly rounds?: readonly number[];
  /** A restriction to state when quoting it. */
  readonly note?: string;
}

/** Where and when the bench ran. */
export interface Circumstances {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
  readonly node: string;
  readonly postgres: string;
  readonly durability: Durability;
  /** Commit, with `+changes` if files differ from it; null outside a git checkout. */
  readonly revision: string | null;
  readonly options: Readonly<Record<string, unknown>>;
}

/** All results of one bench. */
export interface BenchReport extends Circumstances {
  readonly figures: readonly Figure[];
  readonly workloads: readonly WorkloadResult[];
  readonly growth: readonly GrowthResult[];
}
