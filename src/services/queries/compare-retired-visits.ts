import type { RunStatement, Statement } from '../../shared/statement';

const compare: Statement = { text: 'SELECT count(*)::int AS faults FROM compare_retired_visits()' };

/**
 * Compares the retired visits by name with their opening balances, in one snapshot.
 * @returns how many names differ.
 */
export async function compareRetiredVisits(run: RunStatement): Promise<number> {
  const [row] = await run<{ faults: number }>(compare, []);
  return row?.faults ?? 0;
}
