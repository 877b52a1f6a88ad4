import type { RunStatement, Statement } from '../../../shared/statement';
import { rollUpVisits } from '../rolling/roll-up-visits';
import { beginRetirement, findRetirementStart } from './begin-retirement';

/** What one part did. */
export interface RetiredPart {
  readonly retired: number;
  /** Whether visits may be left. */
  readonly remaining: boolean;
  /** Whether an import or a change of visitors is under way, so that nothing could be done. */
  readonly busy: boolean;
}

const retire: Statement = {
  name: 'retire-visits',
  text: 'SELECT retired, remaining, busy FROM retire_visits($1, $2, $3)',
};

/**
 * Removes the visits of the next part of the log that are to be retired, and counts them by name and quarter of an hour,
 * in one transaction. No number changes, and visits do not wait for it.
 * @param most how many visits are read at most, unless a whole partition is retired.
 */
export async function retirePart(
  run: RunStatement,
  retirementId: string,
  { most, wholePartitions }: { readonly most: number; readonly wholePartitions: boolean },
): Promise<RetiredPart> {
  const [row] = await run<Omit<RetiredPart, 'retired'> & { retired: string }>(retire, [
    retirementId,
    most,
    wholePartitions,
  ]);
  if (!row) throw new Error('retire_visits returned no row');
  return { ...row, retired: Number(row.retired) };
}

const findFinished: Statement = {
  name: 'find-finished-retirement',
  text: 'SELECT before FROM retirements WHERE before >= $1 AND ended_at IS NOT NULL LIMIT 1',
};

const visitsAtOnce = 2000;

/**
 * Creates the function that retires the next visits of the months before the last `months`, in parts that end long
 * before the statement timeout. Partitions are dropped when they are empty. A month is retired once: visits that are
 * added to it later wait for the next month, because looking for them would read much of the log.
 * @returns whether more may be left, so that the next part is due at once.
 */
export function createRetirePart(run: RunStatement, months: number): () => Promise<boolean> {
  return async () => {
    const before = await findRetirementStart(run, months);
    if ((await run(findFinished, [before])).length > 0) return false;
    const retirement = await beginRetirement(run, before, 'RETAIN_MONTHS');
    if (!retirement) return false;
    const { remaining, busy } = await retirePart(run, retirement.id, {
      most: visitsAtOnce,
      wholePartitions: false,
    });
    // A pass waits while a part runs, so each part is followed by one.
    await rollUpVisits(run, visitsAtOnce);
    return remaining && !busy;
  };
}
