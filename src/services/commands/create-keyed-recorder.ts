import { DomainError } from '../../shared/domain-error';
import type { RunPrepared } from '../../shared/prepared-statement';
import { translateDatabaseError } from '../translate-database-error';
import type { ObserveBatch } from './create-visit-recorder';
import { recordVisitsOnce, type KeyedRequest, type KeyedVisit } from './record-visits-once';

/** The bounds of a recorder of visits with keys. */
export interface KeyedRecorderLimits {
  /** Visits in one statement. */
  readonly maxBatch: number;
  /** Visits that wait for a statement; beyond it they are refused. */
  readonly maxWaiting: number;
  /** Milliseconds that a visit waits for its statement; beyond it is refused. */
  readonly waitWithinMs: number;
  /** Milliseconds from the call to the answer; beyond it the outcome is unknown. Above `waitWithinMs`. */
  readonly answerWithinMs: number;
}

/**
 * Appends one visit unless the key has recorded one, and resolves after the commit of the visit that stands for it.
 * @throws {DomainError} `idempotency-key-reused`, `overloaded`, `database-unavailable` (nothing recorded),
 * `outcome-unknown` (perhaps recorded), `totals-missing`.
 */
export type RecordVisitOnce = (key: string, username: string) => Promise<KeyedVisit>;

interface WaitingVisit extends KeyedRequest {
  readonly arrivedAt: number;
  readonly resolve: (visit: KeyedVisit) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
}

/**
 * Creates the queue in front of `recordVisitsOnce`. As with visits without a key, what arrives while a statement is
 * under way forms the next batch; there is one statement at a time, so that they leave the pool to the others.
 */
export function createKeyedRecorder(
  run: RunPrepared,
  limits: KeyedRecorderLimits,
  observeBatch: ObserveBatch = () => undefined,
): RecordVisitOnce {
  const queue: WaitingVisit[] = [];
  let busy = false;

  const schedule = (): void => {
    if (busy || queue.length === 0) return;
    busy = true;
    // The end of this turn of the event loop: what has arrived together is recorded together.
    setImmediate(() => {
      const batch = queue.splice(0, limits.maxBatch);
      for (const visit of batch) doubtInTime(visit, limits.answerWithinMs);
      void settleBatch(run, batch, observeBatch).finally(() => {
        for (const { timer } of batch) clearTimeout(timer);
        busy = false;
        schedule();
      });
    });
  };

  return (key, username) =>
    new Promise((resolve, reject) => {
      if (queue.length >= limits.maxWaiting) {
        reject(createRefusal('Too many visits with a key are waiting'));
        return;
      }
      const visit: WaitingVisit = {
        key,
        username,
        arrivedAt: performance.now(),
        resolve,
        reject,
        timer: setTimeout(() => {
          queue.splice(queue.indexOf(visit), 1);
          reject(createRefusal('The visit has waited too long'));
        }, limits.waitWithinMs),
      };
      queue.push(visit);
      schedule();
    });
}

// From now on the visit may be recorded, so the end of patience says something else.
function doubtInTime(visit: WaitingVisit, answerWithinMs: number): void {
  clearTimeout(visit.timer);
  const doubt = new DomainError(
    'outcome-unknown',
    'The database did not answer in time: the visit may or may not be counted. Ask again with the same key.',
  );
  visit.timer = setTimeout(
    () => {
      visit.reject(doubt);
    },
    visit.arrivedAt + answerWithinMs - performance.now(),
  );
}

function createRefusal(reason: string): DomainError {
  return new DomainError('overloaded', `${reason}; nothing was recorded. Ask again with the same key.`);
}

async function settleBatch(
  run: RunPrepared,
  batch: readonly WaitingVisit[],
  observeBatch: ObserveBatch,
): Promise<void> {
  if (batch.length === 0) return;
  try {
    const outcomes = await recordVisitsOnce(run, batch);
    outcomes.forEach((outcome, index) => {
      if (outcome instanceof DomainError) batch[index]?.reject(outcome);
      else batch[index]?.resolve(outcome);
    });
    const recorded = outcomes.filter((outcome) => !(outcome instanceof DomainError) && !outcome.replayed);
    if (recorded.length > 0) observeBatch(recorded.length, recorded.length);
  } catch (error) {
    const translated = translateDatabaseError(error, 'record');
    for (const visit of batch) visit.reject(translated);
    observeBatch(batch.length, 0);
  }
}
