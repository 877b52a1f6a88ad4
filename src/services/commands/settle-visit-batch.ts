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

/** What came of a batch: how many of its visits were recorded, and the numbers that each recorded name got. */
export interface SettledBatch {
  readonly recorded: number;
  readonly numbers: ReadonlyMap<string, NumberRange>;
}

/** Records a batch and tells each visit of it. Never rejects. */
export async function settleVisitBatch(
  run: RunPrepared,
  batch: readonly PendingVisit[],
): Promise<SettledBatch> {
  const byName = groupByName(batch);
  const times = new Map([...byName].map(([username, visits]) => [username, visits.length]));
  let recorded = 0;
  const numbers = new Map<string, NumberRange>();
  const settle = (outcomes: ReadonlyMap<string, VisitOutcome>): void => {
    for (const [username, outcome] of outcomes) {
      const settled = settleName(byName.get(username) ?? [], outcome);
      if (!(outcome instanceof Error) && settled > 0) {
        numbers.set(username, { first: outcome.first, last: outcome.first + settled - 1 });
      }
      recorded += settled;
      byName.delete(username);
    }
  };
  try {
    settle(await recordVisits(run, times, settle));
  } catch (error) {
    const translated = translateDatabaseError(error, 'record');
    for (const visit of batch) visit.reject(translated);
    return { recorded: 0, numbers };
  }
  for (const visits of byName.values()) settleName(visits, undefined);
  return { recorded, numbers };
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

function settleName(visits: readonly PendingVisit[], outcome: VisitOutcome | undefined): number {
  if (outcome === undefined || outcome instanceof Error) {
    const error =
      outcome === undefined
        ? new DomainError('totals-missing', 'A visitor has no total; "npm run totals rebuild" creates it.')
        : translateDatabaseError(outcome, 'record');
    for (const visit of visits) visit.reject(error);
    return 0;
  }
  visits.forEach(({ username, resolve }, index) => {
    resolve({ id: outcome.id, username, visits: outcome.first + index });
  });
  return visits.length;
}
