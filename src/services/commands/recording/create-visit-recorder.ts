import type { RunStatement } from '../../../shared/statement';
import type { BatchQueueLimits } from '../../batching/batch-queue-options';
import { createKeyedQueue } from './create-keyed-queue';
import { createPlainQueue } from './create-plain-queue';
import type { RecordedVisit } from './record-visits-once';
import type { ObserveBatch, RecordingContext } from './recording-context';

/** Records visits in batches. */
export interface VisitRecorder {
  /**
   * Appends one visit and resolves after its commit.
   * @param key if given, a repeat of the visit with the same key records nothing and resolves with the first answer.
   * @throws {DomainError} `overloaded` or `database-unavailable` (nothing recorded), `outcome-unknown` (may be
   * recorded), `idempotency-key-reused`, `totals-missing`, `invalid-username`.
   */
  recordVisit(username: string, key?: string): Promise<RecordedVisit>;
  /** Visits that wait for a statement. */
  readonly waiting: number;
  /** Statements under way, including one that waits for another process. */
  readonly inFlight: number;
}

// Far longer than another process holds a name, and not long for a visit to another name.
const usualLockTimeoutMs = 200;

/** Creates the recorder of a process: one queue for plain visits and one for visits with a key. */
export function createVisitRecorder(
  run: RunStatement,
  limits: BatchQueueLimits,
  observeBatch: ObserveBatch = () => undefined,
  lockTimeoutMs = usualLockTimeoutMs,
): VisitRecorder {
  const context: RecordingContext = { run, limits, lockTimeoutMs, observeBatch, held: new Set<string>() };
  const plain = createPlainQueue(context);
  const keyed = createKeyedQueue(context);
  return {
    recordVisit: (username, key) => (key === undefined ? plain.add(username) : keyed.add({ key, username })),
    get waiting() {
      return plain.waiting + keyed.waiting;
    },
    get inFlight() {
      return plain.inFlight + keyed.inFlight;
    },
  };
}
