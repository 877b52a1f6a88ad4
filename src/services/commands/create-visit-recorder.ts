import { DomainError } from '../../shared/domain-error';
import type { RunPrepared } from '../../shared/prepared-statement';
import { countVisits, createContentionDetector } from './detect-contention';
import { awaitTurn } from './recording-turn';
import { settleVisitBatch, type PendingVisit, type RecordedVisit } from './settle-visit-batch';

/** The bounds of a recorder. */
export interface VisitRecorderLimits {
  /** Statements under way at once. */
  readonly maxInFlight: number;
  /** Visits in one statement. */
  readonly maxBatch: number;
  /** Visits that wait for a statement; beyond it they are refused. */
  readonly maxWaiting: number;
  /** Milliseconds that a visit waits for its statement; beyond it is refused. */
  readonly waitWithinMs: number;
  /** Milliseconds from the call to the answer; beyond it the outcome is unknown. Above `waitWithinMs`. */
  readonly answerWithinMs: number;
}

/** Told of every batch that ended, for the metrics: its visits, and those of them whose commit was seen. */
export type ObserveBatch = (visits: number, recorded: number) => void;

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
  /** Statements under way, among them one that waits for another process. */
  readonly inFlight: number;
}

interface WaitingVisit extends PendingVisit {
  readonly arrivedAt: number;
}

// How exactly the two limits in milliseconds are kept.
const lookEveryMs = 100;

/**
 * Creates the queue in front of `recordVisits`: visits that arrive while statements are under way form the next
 * batch (group commit). No timer forms it, so an idle service adds no wait, and nothing is answered before its commit.
 * Where other processes record the same name, they take turns.
 */
export function createVisitRecorder(
  run: RunPrepared,
  limits: VisitRecorderLimits,
  observeBatch: ObserveBatch = () => undefined,
): VisitRecorder {
  let queue: WaitingVisit[] = [];
  const underWay = new Set<readonly WaitingVisit[]>();
  let scheduled = false;
  let watch: NodeJS.Timeout | undefined;

  const detectContention = createContentionDetector();
  let contended: string | undefined;
  let awaitsTurn = false;

  const schedule = (): void => {
    if (scheduled || underWay.size >= limits.maxInFlight || queue.length === 0) return;
    scheduled = true;
    // The end of this turn of the event loop: what has arrived together is recorded together.
    const sendTogether = (): void => void setImmediate(send);
    const turn = findTurn(queue);
    if (turn === undefined) {
      sendTogether();
      return;
    }
    // Sent while another process holds the row of the same name, a batch would wait for it in the database, where nothing
    // can join it any more. So the process waits first, and whatever arrives meanwhile is in the batch.
    awaitsTurn = true;
    void awaitTurn(run, turn).then(() => {
      awaitsTurn = false;
      sendTogether();
    });
  };

  // Visits to other names have no part in it.
  const findTurn = (visits: readonly WaitingVisit[]): string | undefined =>
    contended !== undefined && visits.some(({ username }) => username === contended) ? contended : undefined;

  const send = (): void => {
    scheduled = false;
    const batch = queue.slice(0, limits.maxBatch);
    queue = queue.slice(limits.maxBatch);
    if (batch.length === 0) return;
    underWay.add(batch);
    void settleVisitBatch(run, batch, findTurn(batch)).then((numbers) => {
      underWay.delete(batch);
      observeBatch(batch.length, countVisits(numbers));
      contended = detectContention(numbers);
      schedule();
    });
    schedule();
  };

  // One look at all, since a timer for each visit would be paid for by each visit.
  const expire = (): void => {
    const now = performance.now();
    const waiting = queue.findIndex(({ arrivedAt }) => now - arrivedAt < limits.waitWithinMs);
    const late = queue.splice(0, waiting === -1 ? queue.length : waiting);
    for (const visit of late) visit.reject(createRefusal('The visit has waited too long'));
    for (const visit of [...underWay].flat()) {
      if (now - visit.arrivedAt >= limits.answerWithinMs) visit.reject(createDoubt());
    }
    if (queue.length > 0 || underWay.size > 0) return;
    clearInterval(watch);
    watch = undefined;
  };

  return {
    recordVisit: (username) =>
      new Promise((resolve, reject) => {
        if (queue.length >= limits.maxWaiting) {
          reject(createRefusal('Too many visits are waiting'));
          return;
        }
        queue.push({ username, arrivedAt: performance.now(), resolve, reject });
        watch ??= setInterval(expire, lookEveryMs);
        schedule();
      }),
    get waiting() {
      return queue.length;
    },
    get inFlight() {
      return underWay.size + (awaitsTurn ? 1 : 0);
    },
  };
}

function createRefusal(reason: string): DomainError {
  return new DomainError('overloaded', `${reason}; nothing was recorded. Ask again.`);
}

function createDoubt(): DomainError {
  return new DomainError(
    'outcome-unknown',
    'The database did not answer in time: the visit may or may not be counted.',
  );
}
