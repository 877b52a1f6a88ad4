import type { RunStatement, Statement } from '../../shared/statement';

const compare: Statement = {
  text: `
    SELECT (SELECT count(*) FROM compare_sorted_totals())::int + (visitors <> 0 OR balances <> 0)::int AS faults
    FROM compare_summary()`,
};

/**
 * Compares the sorted totals with the totals, and the sums of the summary with their tables, in one snapshot.
 * @returns how many differ.
 */
export async function compareSortedTotals(run: RunStatement): Promise<number> {
  const [row] = await run<{ faults: number }>(compare, []);
  return row?.faults ?? 0;
}
