import { QueryTypes, type Sequelize } from 'sequelize';
import { recordVerification } from '../../services/commands/record-verification';
import { compareTotals, type TotalDrift } from '../../services/queries/compare-totals';
import type { RunStatement } from '../../shared/statement';
import type { WriteOutput } from './create-output';
import type { Verdict } from './render-verdict';
import { showBar } from './show-bar';

/** What a verification works with. */
export interface Verification {
  readonly run: RunStatement;
  readonly sequelize: Sequelize;
  readonly write: WriteOutput;
}

/**
 * Compares every total with the log, keeps the verdict for the metrics and returns it. It holds some visitors at a
 * time, however many differ.
 * @param renderDrifts takes some of the visitors that differ, in the order of their ids, and returns what is to be
 * written about them, if anything.
 */
export async function verifyTotals(
  { run, sequelize, write }: Verification,
  renderDrifts: (drifts: readonly TotalDrift[]) => string,
): Promise<Verdict> {
  const verdict = { visitors: 0, visits: 0, drifted: 0 };
  const bar = await showBar(() => sumTotals(sequelize), write);
  try {
    for await (const { visitors, visits, drifts } of compareTotals(run)) {
      verdict.visitors += visitors;
      verdict.visits += visits;
      verdict.drifted += drifts.length;
      bar.update(verdict.visits);
      const text = renderDrifts(drifts);
      if (text !== '') await bar.write(text);
    }
  } finally {
    bar.stop();
  }
  await recordVerification(run, verdict);
  return verdict;
}

async function sumTotals(sequelize: Sequelize): Promise<number> {
  const [sum] = await sequelize.query<{ visits: string | null }>(
    'SELECT sum(visits) AS visits FROM visit_totals',
    { type: QueryTypes.SELECT },
  );
  return Number(sum?.visits ?? 0);
}
