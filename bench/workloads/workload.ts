import type { ContenderName } from '../contenders/contender';
import type { Seed } from '../database/seed-visits';
import type { Load } from '../load/load';

/** The name by which `--only` asks for a workload. */
export type WorkloadName = 'record-hot' | 'record-zipf' | 'list' | 'one-visitor' | 'idle';

/** One kind of traffic, and who is put to it. */
export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  readonly connections: number;
  /** Which part of `--requests` it sends; less where an answer takes longer. */
  readonly share: number;
  /** In the order of running: those whose ratio is taken stand side by side. */
  readonly contenders: readonly ContenderName[];
  /** What is in the database before; everybody who is asked for is there. */
  readonly seed: Seed;
  /** The paths of one run. The same number of a run draws the same paths for every contender. */
  createPaths(run: { amount: number; number: number }): Load['paths'];
  /** Whether an acknowledged request is a visit. */
  readonly records: boolean;
}
