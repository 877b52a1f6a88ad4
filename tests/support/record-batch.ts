import { recordVisits, type NumberedVisits } from '../../src/services/commands/recording/record-visits';
import type { RunStatement } from '../../src/shared/statement';

/** Longer than the slowest machine takes for the other side of a lock, in milliseconds. */
export const patientMs = 10_000;

/** Records a batch and returns the numbers of each name. */
export async function recordBatch(
  run: RunStatement,
  batch: Readonly<Record<string, number>>,
  turn?: string,
): Promise<Map<string, NumberedVisits>> {
  const results = new Map<string, NumberedVisits>();
  const onCommit = (numbered: ReadonlyMap<string, NumberedVisits>): void => {
    for (const [username, visits] of numbered) results.set(username, visits);
  };
  await recordVisits(run, new Map(Object.entries(batch)), { turn, lockTimeoutMs: patientMs, onCommit });
  return results;
}
