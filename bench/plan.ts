import { Command, InvalidArgumentError, Option } from 'commander';
import type { GrowthName } from './report/report';
import { createWorkloads, type WorkloadName } from './workloads/workloads';

/** A part of the bench that `--only` can select. */
export type PartName = WorkloadName | GrowthName;

const parts: readonly PartName[] = [
  ...createWorkloads({ connections: 1, names: 1 }).map(({ name }) => name),
  'growth',
  'growth-shuffled',
  'growth-names',
];

const published = 'bench/results';

/** What is measured, and how often. */
export interface BenchPlan {
  readonly rounds: number;
  /** Requests of one run; workloads and contenders may send a fraction. */
  readonly requests: number;
  /** Requests for each process of a contender. */
  readonly warmUp: number;
  /** Concurrent connections, except in the idle workload. */
  readonly connections: number;
  /** Number of names in the Zipf workload. */
  readonly names: number;
  /** Lengths of the log in events, ascending. */
  readonly growth: readonly number[];
  /** Numbers of names with one visit each, ascending. */
  readonly growthNames: readonly number[];
  /** Repetitions of each request at each length in each round. */
  readonly reads: number;
  readonly parts: readonly PartName[];
  /** Folder for the results; undefined for a temporary one. */
  readonly out: string | undefined;
  /** Ends the bench early, between two runs. */
  readonly signal: AbortSignal;
}

interface Options {
  readonly rounds?: number;
  readonly requests?: number;
  readonly large?: true;
  readonly only?: readonly PartName[];
  readonly quick?: true;
  readonly out?: string;
}

/** Parses the arguments of the bench. An invalid one ends the process with a message. */
export function parsePlan(argv: readonly string[], signal: AbortSignal): BenchPlan {
  const options = new Command('bench')
    .description('Compare Footfall with reference servers and write the results to bench/results.')
    .option('--rounds <count>', 'runs of each contender; results are medians (3)', parseCount)
    .option('--requests <count>', 'requests of one run (40000, about five seconds)', parseCount)
    .option(
      '--large',
      'measure up to ten million events and a million names (needs more minutes and gigabytes)',
    )
    .addOption(new Option('--only <part...>', 'run only these parts').choices(parts))
    .option('--quick', 'tiny numbers, to check that the bench works')
    .option(
      '--out <folder>',
      `folder for the results (${published}; with --only or --quick a temporary folder)`,
    )
    .parse([...argv], { from: 'user' })
    .opts<Options>();
  const quick = options.quick === true;
  const large = options.large === true;
  const growth = quick ? [1000, 4000] : [10_000, 100_000, 1_000_000];
  const growthNames = quick ? [100, 400] : [1000, 10_000, 100_000];
  return {
    rounds: options.rounds ?? (quick ? 2 : 3),
    requests: options.requests ?? (quick ? 256 : 40_000),
    warmUp: quick ? 64 : 20_000,
    connections: quick ? 16 : 64,
    names: quick ? 200 : 10_000,
    growth: large ? [...growth, 10_000_000] : growth,
    growthNames: large ? [...growthNames, 1_000_000] : growthNames,
    reads: quick ? 3 : 100,
    parts: options.only ?? parts,
    out: options.out ?? (quick || options.only ? undefined : published),
    signal,
  };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('must be a positive integer.');
  return count;
}
