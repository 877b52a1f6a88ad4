import type { RunStatement, Statement } from '../../../shared/statement';

const correctRange: Statement = { text: 'SELECT correct_visit_counts($1, $2)::int AS corrected' };
const correctAll: Statement = { text: 'SELECT correct_visit_counts_of_all()::int AS corrected' };

/**
 * Corrects the counts over time that differ from the log behind the watermark, while visits are recorded: those of the
 * visitors of a range of ids, or those of all visitors together. No visit waits, and none is rolled up meanwhile.
 * @returns how many were wrong.
 */
export async function correctCounts(
  run: RunStatement,
  range?: { readonly first: string; readonly last: string },
): Promise<number> {
  const [row] = await run<{ corrected: number }>(
    range ? correctRange : correctAll,
    range ? [range.first, range.last] : [],
  );
  return row?.corrected ?? 0;
}
