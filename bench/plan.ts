import { Command, InvalidArgumentError, Option } from 'commander';
import type { WorkloadName } from './workloads/workload';

/** What can be left out with `--only`. */
export type PartName = WorkloadName | 'growth';

const parts: readonly PartName[] = ['record-hot', 'record-zipf', 'list', 'one-visitor', 'idle', 'growth'];

const published = 'bench/results';

/** How much is measured. */
export interface BenchPlan {
  readonly rounds: number;
  /** Of one run at the full share. */
  readonly requests: number;
  /** For each process of a contender. */
  readonly warmUp: number;
  /** At once, of every workload but the idle one. */
  readonly connections: number;
  /** Names of the Zipf workload. */
  readonly names: number;
  /** Lengths of the log, ascending. */
  readonly growth: readonly number[];
  /** How often a read, and a recording, is repeated at each length in each round. */
  readonly reads: number;
  readonly parts: readonly PartName[];
  /** Folder of the results; undefined for a temporary one, since part of a bench does not replace the whole. */
  readonly out: string | undefined;
  /** Asks for an early end, between two runs. */
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

/** Reads the words after `npm run bench --`; a mistake ends the process with its explanation. */
export function parsePlan(argv: readonly string[], signal: AbortSignal): BenchPlan {
  const options = new Command('bench')
    .description(
      'Measure Footfall beside its references and write bench/results; a part of it is written elsewhere.',
    )
    .option('--rounds <count>', 'runs of each contender, of which the median counts (3)', parseCount)
    .option('--requests <count>', 'requests of one run (40000: about five seconds)', parseCount)
    .option('--large', 'the growth of the log up to ten million events (minutes and gigabytes more)')
    .addOption(new Option('--only <part...>', 'only these parts').choices(parts))
    .option('--quick', 'tiny numbers that show only whether it works')
    .option(
      '--out <folder>',
      `where the results go (${published}; with --only or --quick a temporary folder)`,
    )
    .parse([...argv], { from: 'user' })
    .opts<Options>();
  const quick = options.quick === true;
  const growth = quick ? [1000, 4000] : [10_000, 100_000, 1_000_000];
  return {
    rounds: options.rounds ?? (quick ? 2 : 3),
    requests: options.requests ?? (quick ? 256 : 40_000),
    warmUp: quick ? 64 : 20_000,
    connections: quick ? 16 : 64,
    names: quick ? 200 : 10_000,
    growth: options.large ? [...growth, 10_000_000] : growth,
    reads: quick ? 3 : 300,
    parts: options.only ?? parts,
    out: options.out ?? (quick || options.only ? undefined : published),
    signal,
  };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('It is no whole number from 1 on.');
  return count;
}
