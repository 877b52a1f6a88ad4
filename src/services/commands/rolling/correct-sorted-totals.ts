import type { RunStatement, Statement } from '../../../shared/statement';

const correct: Statement = {
  text: `
    WITH marked AS (
      INSERT INTO changed_totals (visitor_id) SELECT id FROM compare_sorted_totals() AS id RETURNING 1
    ), summed AS (
      INSERT INTO summary_changes (visitors, balances)
      SELECT visitors, balances FROM compare_summary() WHERE visitors <> 0 OR balances <> 0 RETURNING 1
    )
    SELECT (SELECT count(*) FROM marked)::int + (SELECT count(*) FROM summed)::int AS corrected`,
};

/**
 * Corrects the sorted totals that differ from the totals, by marking them as changed, and the sums of the summary.
 * Nothing waits for it. The caller must hold the lock `correctTotals`, since two corrections would both add the
 * difference of a sum.
 * @returns how many were wrong.
 */
export async function correctSortedTotals(run: RunStatement): Promise<number> {
  const [row] = await run<{ corrected: number }>(correct, []);
  return row?.corrected ?? 0;
}
