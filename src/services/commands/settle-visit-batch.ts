import { DomainError } from '../../shared/domain-error';
import type { RunPrepared } from '../../shared/prepared-statement';
import { translateDatabaseError } from '../translate-database-error';
import type { NumberRange } from './detect-contention';
import { recordVisits, type VisitOutcome } from './record-visits';

/** A visit that is committed: its number is the visitor's count right after it. */
export interface RecordedVisit {
  readonly id: string;
  readonly username: string;
  readonly visits: number;
}

/** A visit that is to be recorded, and who is told what became of it. */
export interface PendingVisit {
  readonly username: string;
  readonly resolve: (visit: RecordedVisit) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records a batch and tells each visit of it. Never rejects; resolves with the numbers that each recorded name got.
 * @param turn the name at which other processes record as well.
 */
export async function settleVisitBatch(
  run: RunPrepared,
  batch: readonly PendingVisit[],
  turn?: string,
): Promise<ReadonlyMap<string, NumberRange>> {
  const byName = groupByName(batch);
  const times = new Map([...byName].map(([username, visits]) => [username, visits.length]));
  const numbers = new Map<string, NumberRange>();
  const settle = (outcomes: ReadonlyMap<string, VisitOutcome>): void => {
    for (const [username, outcome] of outcomes) {
      const visits = byName.get(username) ?? [];
      settleName(visits, outcome);
      if (!(outcome instanceof Error) && visits.length > 0) {
        numbers.set(username, { first: outcome.first, last: outcome.first + visits.length - 1 });
      }
      byName.delete(username);
    }
  };
  try {
    settle(await recordVisits(run, times, { turn, settleKnown: settle }));
  } catch (error) {
    const translated = translateDatabaseError(error, 'record');
    for (const visit of batch) visit.reject(translated);
    return numbers;
  }
  for (const visits of byName.values()) settleName(visits, undefined);
  return numbers;
}

function groupByName(batch: readonly PendingVisit[]): Map<string, PendingVisit[]> {
  const byName = new Map<string, PendingVisit[]>();
  for (const visit of batch) {
    const visits = byName.get(visit.username);
    if (visits) visits.push(visit);
    else byName.set(visit.username, [visit]);
  }
  return byName;
}

function settleName(visits: readonly PendingVisit[], outcome: VisitOutcome | undefined): void {
  if (outcome === undefined || outcome instanceof Error) {
    const error =
      outcome === undefined
        ? new DomainError('totals-missing', 'A visitor has no total; "npm run totals rebuild" creates it.')
        : translateDatabaseError(outcome, 'record');
    for (const visit of visits) visit.reject(error);
    return;
  }
  visits.forEach(({ username, resolve }, index) => {
    resolve({ id: outcome.id, username, visits: outcome.first + index });
  });
}
