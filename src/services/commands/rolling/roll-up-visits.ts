import type { RunStatement, Statement } from '../../../shared/statement';

/** What one pass did. */
export interface RolledUp {
  readonly rolled: number;
  /** Whether visits were left that are not rolled up yet. */
  readonly remaining: boolean;
}

const rollUp: Statement = {
  name: 'roll-up-visits',
  text: 'SELECT rolled, remaining FROM roll_up_visits($1)',
};

/**
 * Moves the counts over time forward by at most `most` visits. It never waits for visits under way, and visits never
 * wait for it: those under way are rolled up in a later pass. If another process is rolling up, it does nothing.
 */
export async function rollUpVisits(run: RunStatement, most: number): Promise<RolledUp> {
  const [row] = await run<{ rolled: string; remaining: boolean }>(rollUp, [most]);
  if (!row) throw new Error('roll_up_visits returned no row');
  return { rolled: Number(row.rolled), remaining: row.remaining };
}

/**
 * Creates the function that rolls up the next part of the log. A part that fails, because it exceeds the statement
 * timeout for example, is followed by one of half its size. Parts grow again up to `most` visits.
 * @returns whether more may be left, so that the next part is due at once.
 */
export function createRollUpPart(run: RunStatement, most: number): () => Promise<boolean> {
  let size = most;
  return async () => {
    const asked = size;
    size = Math.max(1, Math.floor(asked / 2));
    const { rolled } = await rollUpVisits(run, asked);
    size = Math.min(most, asked * 2);
    return rolled === asked;
  };
}
