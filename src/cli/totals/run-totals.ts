import { withAdvisoryLock } from '../../db/advisory-lock';
import { createStatementRunner } from '../../db/create-statement-runner';
import { advanceSequence } from '../../db/preconditions/advance-sequence';
import { findSequenceFaults } from '../../db/preconditions/find-sequence-faults';
import { defineModels } from '../../models';
import { correctTotal } from '../../services/commands/correct-total';
import { catchUp } from '../../services/commands/rolling/catch-up';
import { correctCounts } from '../../services/commands/rolling/correct-counts';
import { correctSortedTotals } from '../../services/commands/rolling/correct-sorted-totals';
import { compareCounts } from '../../services/queries/compare-counts';
import { compareRetiredVisits } from '../../services/queries/compare-retired-visits';
import { compareSortedTotals } from '../../services/queries/compare-sorted-totals';
import { OperatorError } from '../../shared/operator-error';
import { unlimited, withPool, type DatabaseContext } from '../../lifecycle/use-database';
import { createOutput } from '../output';
import { runOnDatabase } from '../run-on-database';
import { checkCounts } from './check-counts';
import { createJsonRenderer, derivedCounts, textRenderer } from './render-verdict';
import { verifyTotals, type Verification } from './verify-totals';

/** The options of both sub-commands. */
export interface OutputOptions {
  readonly json?: true;
}

/** Compares every total with the log, looks for other faults, and prints the verdict. */
export function runVerify(options: OutputOptions): Promise<void> {
  return runOnDatabase('totals', (context) =>
    withVerification(context, async (verification) => {
      if (!(await writeVerdict(verification, options))) process.exitCode = 1;
    }),
  );
}

/** Compares every total with the log, prints the verdict and returns whether nothing differs. */
export async function verifyContext(context: DatabaseContext): Promise<boolean> {
  let isRight = false;
  await withVerification(context, async (verification) => {
    isRight = await writeVerdict(verification, {});
  });
  return isRight;
}

/**
 * Advances sequences that are behind, corrects the totals that differ, rolls up what is left of the log, corrects the
 * counts over time, verifies again and prints the verdict.
 */
export function runRebuild(options: OutputOptions): Promise<void> {
  const waiting = (): void => {
    process.stderr.write('another rebuild is running; waiting for it to end\n');
  };
  return runOnDatabase('totals', (context) =>
    withVerification(context, (verification) =>
      withAdvisoryLock(context.database.clientConfig, 'correctTotals', waiting, async () => {
        // First, because a schema that lacks migrations needs it too: they are refused until then.
        const advanced = await advanceSequences(verification);
        if (!options.json) for (const name of advanced) await verification.write(`advanced ${name}\n`);
        await refuseIncomplete(verification);
        const corrected = await correctTotals(verification);
        if (!options.json) await verification.write(`corrected ${corrected} of the totals\n`);
        await catchUp(verification.run);
        const counts =
          (await checkCounts(verification, correctCounts, options)) +
          (await correctSortedTotals(verification.run));
        if (!options.json && counts > 0) await verification.write(`corrected ${counts} ${derivedCounts}\n`);
        if (!(await writeVerdict(verification, options))) process.exitCode = 1;
      }),
    ),
  );
}

function withVerification(
  context: DatabaseContext,
  work: (verification: Verification) => Promise<void>,
): Promise<void> {
  // Counting a name with millions of visits takes longer than any request may.
  return withPool(context, unlimited, (sequelize) =>
    work({
      models: defineModels(sequelize),
      run: createStatementRunner(sequelize),
      write: createOutput(process.stdout),
    }),
  );
}

/** Returns whether nothing differs. */
async function writeVerdict(verification: Verification, options: OutputOptions): Promise<boolean> {
  const { renderDrifts, renderEnd } = options.json ? createJsonRenderer() : textRenderer;
  const verdict = await verifyTotals(verification, renderDrifts);
  const differingCounts =
    (await checkCounts(verification, compareCounts, options)) + (await compareSortedTotals(verification.run));
  await verification.write(renderEnd({ ...verdict, differingCounts }));
  return verdict.drifted === 0 && verdict.faults.length === 0 && differingCounts === 0;
}

/** Without all retired visits, numbers that are right would be corrected away. */
async function refuseIncomplete({ run }: Verification): Promise<void> {
  const names = await compareRetiredVisits(run);
  if (names === 0) return;
  throw new OperatorError(
    `the retired visits of ${names} names differ from their balances; nothing was corrected: restore a backup`,
  );
}

async function advanceSequences({ run }: Verification): Promise<string[]> {
  const faults = await findSequenceFaults(run);
  for (const fault of faults) await advanceSequence(run, fault);
  return faults.map(({ sequence }) => sequence);
}

async function correctTotals(verification: Verification): Promise<number> {
  const ids: string[] = [];
  await verifyTotals(verification, (drifts) => {
    ids.push(...drifts.map(({ id }) => id));
    return '';
  });
  for (const id of ids) await correctTotal(verification.run, id);
  return ids.length;
}
