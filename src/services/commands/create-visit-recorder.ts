import { DomainError } from '../../shared/domain-error';
import type { RunPrepared } from '../../shared/prepared-statement';
import { translateDatabaseError } from '../translate-database-error';
import { recordVisits, type VisitOutcome } from './record-visits';

/** A visit that is committed: its number is the visitor's count right after it. */
export interface RecordedVisit {
  readonly id: string;
  readonly username: string;
  readonly visits: number;
}

/** The bounds of a recorder. */
export interface VisitRecorderLimits {
  /** Statements under way at once. */
  readonly maxInFlight: number;
  /** Visits in one statement. */
  readonly maxBatch: number;
  /** Visits that wait for a statement; beyond it they are refused. */
  readonly maxWaiting: number;
}

/** Told of every batch that ended, for the metrics. */
export type ObserveBatch = (visits: number) => void;

/** Records visits in batches that form by themselves. */
export interface VisitRecorder {
  /**
   * Appends one visit and resolves after its commit.
   * @throws {DomainError} `overloaded` (nothing recorded), `database-unavailable` (nothing recorded),
   * `outcome-unknown` (perhaps recorded), `totals-missing`.
   */
  recordVisit(username: string): Promise<RecordedVisit>;
  /** Visits that wait for a statement. */
  readonly waiting: number;
  /** Statements under way. */
  readonly inFlight: number;
}

interface WaitingVisit {
  readonly username: string;
  readonly resolve: (visit: RecordedVisit) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Creates the queue in front of `recordVisits`: visits that arrive while statements are under way form the next
 * batch (group commit). There is no timer, so an idle service adds no wait, and nothing is answered before its commit.
 */
export function createVisitRecorder(
  run: RunPrepared,
  limits: VisitRecorderLimits,
  observeBatch: ObserveBatch = () => undefined,
): VisitRecorder {
  let queue: WaitingVisit[] = [];
  let inFlight = 0;
  let scheduled = false;

  const schedule = (): void => {
    if (scheduled || inFlight >= limits.maxInFlight || queue.length === 0) return;
    scheduled = true;
    // The end of this turn of the event loop: what has arrived together is recorded together.
    setImmediate(() => {
      scheduled = false;
      const batch = queue.slice(0, limits.maxBatch);
      queue = queue.slice(limits.maxBatch);
      inFlight += 1;
      void settleBatch(run, batch).finally(() => {
        inFlight -= 1;
        observeBatch(batch.length);
        schedule();
      });
      schedule();
    });
  };

  return {
    recordVisit: (username) =>
      new Promise((resolve, reject) => {
        if (queue.length >= limits.maxWaiting) {
          reject(
            new DomainError('overloaded', 'Too many visits are waiting; nothing was recorded. Ask again.'),
          );
          return;
        }
        queue.push({ username, resolve, reject });
        schedule();
      }),
    get waiting() {
      return queue.length;
    },
    get inFlight() {
      return inFlight;
    },
  };
}

async function settleBatch(run: RunPrepared, batch: readonly WaitingVisit[]): Promise<void> {
  const byName = groupByName(batch);
  const times = new Map([...byName].map(([username, visits]) => [username, visits.length]));
  let outcomes: Map<string, VisitOutcome>;
  try {
    outcomes = await recordVisits(run, times);
  } catch (error) {
    const translated = translateDatabaseError(error, 'record');
    for (const visit of batch) visit.reject(translated);
    return;
  }
  for (const [username, visits] of byName) settleName(visits, outcomes.get(username));
}

function groupByName(batch: readonly WaitingVisit[]): Map<string, WaitingVisit[]> {
  const byName = new Map<string, WaitingVisit[]>();
  for (const visit of batch) {
    const visits = byName.get(visit.username);
    if (visits) visits.push(visit);
    else byName.set(visit.username, [visit]);
  }
  return byName;
}

function settleName(visits: readonly WaitingVisit[], outcome: VisitOutcome | undefined): void {
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
