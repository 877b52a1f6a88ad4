import type { RunStatement, Statement } from '../../shared/statement';
import type { VisitorRange } from './list-visitor-ranges';

const compareRange: Statement = {
  text: 'SELECT count(*)::int AS faults FROM compare_visit_counts($1, $2)',
};
const compareAll: Statement = { text: 'SELECT count(*)::int AS faults FROM compare_visit_counts_of_all()' };

/**
 * Compares the counts over time with the log behind the watermark, in one snapshot: those of a range of visitors, or
 * those of all visitors together.
 * @returns how many differ.
 */
export async function compareCounts(run: RunStatement, range?: VisitorRange): Promise<number> {
  const [row] = await run<{ faults: number }>(
    range ? compareRange : compareAll,
    range ? [range.first, range.last] : [],
  );
  return row?.faults ?? 0;
}
