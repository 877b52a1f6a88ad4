import type { ContenderName, Reading } from '../contenders/contender';
import { nameVisitor, type Seed } from '../database/seed-visits';
import type { Load } from '../load/load';
import { onceForAll } from '../load/read-visited-name';
import { drawMixed, drawZipf } from './draw-paths';
import { listReadings, type ReadingName } from './list-readings';

/** Name of a workload, as `--only` takes it. */
export type WorkloadName =
  | 'record-hot'
  | 'record-zipf'
  | 'doors'
  | 'doors-zipf'
  | 'hit-badge'
  | ReadingName
  | 'mixed'
  | 'idle'
  | 'shipped'
  | 'distant'
  | 'box';

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
  /** The paths of a run. They do not depend on the contender, except for `visits-alone`. */
  createPaths(run: { amount: number; number: number; contender: ContenderName }): Load['paths'];
  /** Whether an acknowledged request is a visit, or some of them are. */
  readonly records: boolean;
  /** What it reads. */
  readonly reading?: Reading;
  /** Whether all answers are equally long. */
  readonly sameLength?: boolean;
  readonly databaseDelayMs?: number;
  /** It runs containers. */
  readonly needsEngine?: boolean;
  /** Its containers have a core of their own. */
  readonly keepsCore?: boolean;
}

const recorders = ['original', 'bare', 'footfall', 'two-processes', 'unbatched'] as const;
const anyVisitor = nameVisitor(1);
const oneVisitor = { visitors: 1, visits: 0 };
const thousandVisitors = { visitors: 1000, visits: 10_000 };

/** Creates all workloads. `names` is the number of names in the Zipf workload. */
export function createWorkloads({
  connections,
  names,
}: {
  readonly connections: number;
  readonly names: number;
}): Workload[] {
  const hot = { connections, seed: oneVisitor, createPaths: () => `/${anyVisitor}`, records: true };
  const badge = `/-/badge/${nameVisitor(2)}.svg`;
  return [
    {
      ...hot,
      name: 'record-hot',
      title: 'record, one hot name',
      share: 1,
      contenders: [...recorders, 'database'],
    },
    {
      ...hot,
      name: 'record-zipf',
      title: `record, ${names.toLocaleString('en')} names (Zipf)`,
      share: 1,
      contenders: recorders,
      seed: { visitors: names, visits: 0 },
      createPaths: ({ amount, number }) => drawZipf(names, connections, amount / connections, number),
    },
    {
      ...hot,
      name: 'doors',
      title: 'record with all rules, one hot name',
      share: 1,
      contenders: ['doors', 'footfall', 'doors-once', 'doors-returning'],
      createPaths: ({ contender }) => `/${anyVisitor}${chooseQuery(contender)}`,
    },
    {
      ...hot,
      name: 'doors-zipf',
      title: `record with all rules, ${names.toLocaleString('en')} names (Zipf)`,
      share: 1,
      contenders: ['doors', 'footfall', 'doors-once', 'doors-returning'],
      seed: { visitors: names, visits: 0 },
      createPaths: ({ amount, number, contender }) =>
        drawZipf(names, connections, amount / connections, number).map((paths) =>
          paths.map((path) => path + chooseQuery(contender)),
        ),
    },
    {
      ...hot,
      name: 'hit-badge',
      title: 'record and draw, one hot name',
      share: 0.25,
      contenders: ['bare', 'footfall'],
      reading: { path: `/-/hit/${anyVisitor}.svg` },
      createPaths: () => `/-/hit/${anyVisitor}.svg`,
    },
    ...listReadings(new Date()).map(
      ({ reading, contenders = ['bare', 'footfall', 'crowd'], ...parts }): Workload => ({
        ...parts,
        connections,
        contenders,
        seed: thousandVisitors,
        reading,
        createPaths: () => reading.path,
        records: false,
      }),
    ),
    {
      name: 'mixed',
      title: '80 % badges, 20 % visits',
      connections,
      share: 0.25,
      contenders: ['bare', 'footfall', 'visits-alone'],
      seed: thousandVisitors,
      reading: { path: badge },
      createPaths: ({ amount, number, contender }) =>
        contender === 'visits-alone'
          ? `/${anyVisitor}`
          : drawMixed({ read: badge, visit: `/${anyVisitor}` }, connections, amount / connections, number),
      records: true,
    },
    {
      ...hot,
      name: 'idle',
      title: 'idle: one visit after another',
      connections: 1,
      share: 0.1,
      contenders: ['original', 'select-1', 'footfall', 'select-1-fast'],
    },
    {
      ...hot,
      name: 'shipped',
      title: 'as shipped: record, one hot name',
      share: 0.5,
      contenders: ['original-proxied', 'shipped', 'container'],
      needsEngine: true,
    },
    {
      ...hot,
      name: 'distant',
      title: 'record, one hot name, the database 15 ms away',
      share: 0.1,
      contenders: ['original', 'footfall', 'two-processes'],
      databaseDelayMs: 15,
    },
    {
      ...hot,
      name: 'box',
      title: 'one core, 1 GiB, nginx and two replicas: record, one hot name, the database 15 ms away',
      // With 64, the distance alone would limit the rate to about 4,000 requests per second.
      connections: 4 * connections,
      share: 0.5,
      contenders: ['box-original', 'box', 'box-connecting'],
      databaseDelayMs: 15,
      needsEngine: true,
      keepsCore: true,
    },
  ];
}

function chooseQuery(contender: ContenderName): string {
  if (contender === 'doors-once') return '?once=day';
  return contender === 'doors-returning' ? onceForAll : '';
}
