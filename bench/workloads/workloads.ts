import type { ContenderName } from '../contenders/contender';
import { nameVisitor, type Seed } from '../database/seed-visits';
import type { Load } from '../load/load';
import { createZipf } from '../load/random';

/** Name of a workload, as `--only` takes it. */
export type WorkloadName = 'record-hot' | 'record-zipf' | 'list' | 'one-visitor' | 'idle';

/** One kind of traffic, and the contenders that get it. */
export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  readonly connections: number;
  /** Fraction of `--requests` that it sends; smaller where an answer takes longer. */
  readonly share: number;
  /** In the order of their runs. Contenders that are compared by a ratio are neighbours. */
  readonly contenders: readonly ContenderName[];
  /** Contents of the database. Contains every visitor that is requested. */
  readonly seed: Seed;
  /** The paths of a run. They depend on its number, not on the contender. */
  createPaths(run: { amount: number; number: number }): Load['paths'];
  /** Whether an acknowledged request is a visit. */
  readonly records: boolean;
}

const recorders = ['original', 'bare', 'footfall', 'two-processes', 'unbatched'] as const;
const anyVisitor = nameVisitor(1);

/** Creates all workloads. `names` is the number of names in the Zipf workload. */
export function createWorkloads({
  connections,
  names,
}: {
  readonly connections: number;
  readonly names: number;
}): Workload[] {
  return [
    {
      name: 'record-hot',
      title: 'record, one hot name',
      connections,
      share: 1,
      contenders: [...recorders, 'database'],
      seed: { visitors: 1, visits: 0 },
      createPaths: () => `/${anyVisitor}`,
      records: true,
    },
    {
      name: 'record-zipf',
      title: `record, ${names.toLocaleString('en')} names (Zipf)`,
      connections,
      share: 1,
      contenders: recorders,
      seed: { visitors: names, visits: 0 },
      createPaths: ({ amount, number }) => drawSequences(names, connections, amount / connections, number),
      records: true,
    },
    {
      name: 'list',
      title: 'list of 1,000 visitors',
      connections,
      share: 0.05,
      contenders: ['original', 'bare', 'footfall'],
      seed: { visitors: 1000, visits: 10_000 },
      createPaths: () => '/',
      records: false,
    },
    {
      name: 'one-visitor',
      title: 'one visitor',
      connections,
      share: 0.25,
      contenders: ['original', 'bare', 'footfall'],
      seed: { visitors: 1000, visits: 10_000 },
      createPaths: () => `/-/visitors/${anyVisitor}`,
      records: false,
    },
    {
      name: 'idle',
      title: 'idle: one visit after another',
      connections: 1,
      share: 0.1,
      contenders: ['original', 'select-1', 'footfall', 'select-1-fast'],
      seed: { visitors: 1, visits: 0 },
      createPaths: () => `/${anyVisitor}`,
      records: true,
    },
  ];
}

// A sequence for each connection: with a common one, all would request the same names at once.
function drawSequences(names: number, connections: number, length: number, number: number): string[][] {
  return Array.from({ length: connections }, (_, connection) => {
    const draw = createZipf(names, number * connections + connection);
    return Array.from({ length }, () => `/${nameVisitor(draw())}`);
  });
}
