import type { RunStatement } from '../../../shared/statement';
import type { BatchQueueLimits } from '../../batching/batch-queue-options';
import { createClientQueue } from './create-client-queue';
import { createKeyedQueue } from './create-keyed-queue';
import { createPlainQueue } from './create-plain-queue';
import type { ClientVisit } from './record-visits-of-clients';
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
  /**
   * Appends one visit, unless its client was counted for the name within the last hours. Safe to repeat.
   * @throws {DomainError} as `recordVisit`, except `idempotency-key-reused`.
   */
  recordVisitOnce(visit: ClientVisit): Promise<RecordedVisit>;
  /** Visits that wait for a statement. */
  readonly waiting: number;
  /** Statements under way, including one that waits for another process. */
  readonly inFlight: number;
}

// Far longer than another process holds a name, and not long for a visit to another name.
const usualLockTimeoutMs = 200;

/** Creates the recorder of a process: a queue for plain visits, for visits with a key, and for visits once per client. */
export function createVisitRecorder(
  run: RunStatement,
  limits: BatchQueueLimits,
  observeBatch: ObserveBatch = () => undefined,
  lockTimeoutMs = usualLockTimeoutMs,
  announce: RecordingContext['announce'] = () => undefined,
): VisitRecorder {
  const held = new Set<string>();
  const context: RecordingContext = { run, limits, lockTimeoutMs, observeBatch, announce, held };
  const plain = createPlainQueue(context);
  const keyed = createKeyedQueue(context);
  const ofClients = createClientQueue(context);
  return {
    recordVisit: (username, key) => (key === undefined ? plain.add(username) : keyed.add({ key, username })),
    recordVisitOnce: (visit) => ofClients.add(visit),
    get waiting() {
      return plain.waiting + keyed.waiting + ofClients.waiting;
    },
    get inFlight() {
      return plain.inFlight + keyed.inFlight + ofClients.inFlight;
    },
  };
}
