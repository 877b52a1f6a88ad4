import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { BenchServer } from '../database/open-bench-server';
import type { BenchPlan } from '../plan';
import type { Circumstances } from './report';

/** What the figures depend on: machine, versions, commit and options. */
export function describeCircumstances(
  { kind, version, durability }: BenchServer,
  plan: BenchPlan,
): Circumstances {
  const { rounds, requests, warmUp, connections, names, growth, growthNames, parts } = plan;
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    node: process.versions.node,
    postgres: `${version} (${kind})`,
    durability,
    revision: readRevision(),
    options: { rounds, requests, warmUp, connections, names, growth, growthNames, parts },
  };
}

function readRevision(): string | null {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: __dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    // Changed results are not a change of what is measured.
    const changed = git('status', '--porcelain', '--', ':/', ':(top,exclude)bench/results') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '+changes' : ''}`;
  } catch {
    return null;
  }
}
