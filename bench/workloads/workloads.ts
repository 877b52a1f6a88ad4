import { nameVisitor } from '../database/seed-visits';
import { createZipf } from '../load/random';
import type { Workload } from './workload';

const recorders = ['original', 'bare', 'footfall', 'two-processes', 'unbatched'] as const;
const anyVisitor = nameVisitor(1);

/** Creates all workloads. `names` is how many names the Zipf workload draws from. */
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

// Each connection draws for itself: with one sequence for all, they would ask for the same names in step.
function drawSequences(names: number, connections: number, length: number, number: number): string[][] {
  return Array.from({ length: connections }, (_, connection) => {
    const draw = createZipf(names, number * connections + connection);
    return Array.from({ length }, () => `/${nameVisitor(draw())}`);
  });
}
