import type { Models } from '../../models';
import { recordVerification } from '../../services/commands/record-verification';
import { compareTotals, type TotalDrift } from '../../services/queries/compare-totals';
import type { RunStatement } from '../../shared/statement';
import type { WriteOutput } from '../output';
import { showProgress } from '../show-progress';
import { findFaults } from './find-faults';
import type { Verdict } from './render-verdict';

/** What a verification works with. */
export interface Verification {
  readonly models: Models;
  readonly run: RunStatement;
  readonly write: WriteOutput;
}

/**
 * Compares every total with the log, stores the verdict for the metrics and returns it with the faults beside the
 * totals. Visitors are held in memory some at a time, however many differ.
 * @param renderDrifts takes some of the visitors that differ, in the order of their ids, and returns the text to write
 *   about them, which may be empty.
 */
export async function verifyTotals(
  { models, run, write }: Verification,
  renderDrifts: (drifts: readonly TotalDrift[]) => string,
): Promise<Verdict> {
  const verdict = { visitors: 0, visits: 0, drifted: 0 };
  const progress = await showProgress({ unit: 'visits', countTotal: () => sumTotals(run), write });
  try {
    for await (const { visitors, visits, drifts } of compareTotals(models, run)) {
      verdict.visitors += visitors;
      verdict.visits += visits;
      verdict.drifted += drifts.length;
      progress.add(visits);
      const text = renderDrifts(drifts);
      if (text !== '') await progress.write(text);
    }
  } finally {
    progress.stop();
  }
  const faults = await findFaults(run);
  // With a sequence behind, storing it could fail, and the faults would not be shown.
  if (!faults.some(({ code }) => code === 'sequence-behind')) await recordVerification(run, verdict);
  return { ...verdict, faults };
}

async function sumTotals(run: RunStatement): Promise<number> {
  const [sum] = await run<{ visits: string | null }>(
    { text: 'SELECT sum(visits) AS visits FROM visit_totals' },
    [],
  );
  return Number(sum?.visits ?? 0);
}
