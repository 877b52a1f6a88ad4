import type { Command } from 'commander';
import type { OutputOptions } from './totals/run-totals';

/** Adds `footfall totals` and its sub-commands. */
export function addTotals(program: Command): void {
  const totals = program
    .command('totals')
    .description('Prove the totals and the counts over time against the log of visits, and correct them.')
    .addHelpText(
      'after',
      `
Examples:
  $ footfall totals verify
  $ footfall totals verify --json | jq .drifts
  $ footfall totals rebuild

Environment:
  DB_HOST, DB_PORT, DB_NAME; DB_OWNER_USERNAME and DB_OWNER_PASSWORD, or DB_USERNAME and DB_PASSWORD.
  See "footfall settings".

Both may run while visits are recorded. The exit code is 1 if any total or count differs at the end, a
sequence is behind its table, or an import has lost its balances.`,
    );
  totals
    .command('verify')
    .description(
      'compare every total and count with the log, and print the totals that differ and other faults',
    )
    .option('--json', 'print the result as JSON')
    .action(async (options: OutputOptions) => {
      const { runVerify } = await import('./totals/run-totals.js');
      await runVerify(options);
    });
  totals
    .command('rebuild')
    .description(
      'advance sequences that are behind, correct totals, roll up the log, correct counts over time, then verify',
    )
    .option('--json', 'print the result of the verification as JSON')
    .action(async (options: OutputOptions) => {
      const { runRebuild } = await import('./totals/run-totals.js');
      await runRebuild(options);
    });
}
