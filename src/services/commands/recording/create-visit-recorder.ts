import { DomainError } from '../../../shared/domain-error';
import type { RunStatement } from '../../../shared/statement';
import { createBatchQueue, type BatchQueueLimits } from '../../batching/create-batch-queue';
import type { QueuedItem } from '../../batching/queued-item';
import { isRefusal, translateDatabaseError } from '../../translate-database-error';
import { recordVisits, type NumberedVisits } from './record-visits';
import { recordVisitsOnce, type KeyedVisit, type RecordedVisit } from './record-visits-once';
import { createRefusal, createTimeout, createTotalMissing } from './recording-errors';
import { createTurns, type NumberRange } from './take-turns';

/** Called with visits whose outcome is final: how many, and how many of them are known to be committed. */
export type ObserveBatch = (visits: number, recorded: number) => void;

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

// A batch of visits with keys holds its names until all of it is done, key by key, so it is smaller than one without
// keys; and with one statement at a time it leaves the pool to the others.
const keyedLimits = { maxInFlight: 1, maxBatch: 100, maxWaiting: 1000 };

/** Creates the recorder of a process: one batch queue for plain visits and one for visits with a key. */
export function createVisitRecorder(
  run: RunStatement,
  limits: BatchQueueLimits,
  observeBatch: ObserveBatch = () => undefined,
): VisitRecorder {
  const plain = createPlainQueue(run, limits, observeBatch);
  const keyed = createKeyedQueue(run, { ...limits, ...keyedLimits }, observeBatch);
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

const errors = {
  isRefused: isRefusal,
  toError: (error: unknown) => translateDatabaseError(error, 'record'),
};

function createPlainQueue(run: RunStatement, limits: BatchQueueLimits, observeBatch: ObserveBatch) {
  const turns = createTurns(run);
  return createBatchQueue<string, RecordedVisit>({
    ...errors,
    limits,
    observeFailure: (visits) => {
      observeBatch(visits, 0);
    },
    rowOf: (username) => username,
    createRefusal: (reason) => createRefusal(reason, 'Ask again.'),
    createTimeout: () => createTimeout(),
    awaitTurn: (waiting) => {
      const turn = turns.choose((username) => waiting.some(({ item }) => item === username));
      return turn === undefined ? undefined : turns.waitFor(turn);
    },
    async send(batch) {
      const byName = groupByName(batch);
      const times = new Map([...byName].map(([username, visits]) => [username, visits.length]));
      const numbers = new Map<string, NumberRange>();
      let recorded = 0;
      const onCommit = (numbered: ReadonlyMap<string, NumberedVisits>): void => {
        for (const [username, { id, first }] of numbered) {
          const visits = byName.get(username) ?? [];
          byName.delete(username);
          numbers.set(username, { first, last: first + visits.length - 1 });
          recorded += visits.length;
          visits.forEach((visit, index) => {
            visit.resolve({ id, username, visits: first + index, replayed: false });
          });
        }
      };
      try {
        const turn = turns.choose((username) => times.has(username));
        await recordVisits(run, times, { turn, onCommit });
        if (byName.size > 0) throw createTotalMissing();
      } finally {
        if (recorded > 0) observeBatch(recorded, recorded);
        turns.observe(numbers);
      }
    },
  });
}

function groupByName<Result>(
  batch: readonly QueuedItem<string, Result>[],
): Map<string, QueuedItem<string, Result>[]> {
  const byName = new Map<string, QueuedItem<string, Result>[]>();
  for (const visit of batch) {
    const visits = byName.get(visit.item);
    if (visits) visits.push(visit);
    else byName.set(visit.item, [visit]);
  }
  return byName;
}

function createKeyedQueue(run: RunStatement, limits: BatchQueueLimits, observeBatch: ObserveBatch) {
  return createBatchQueue<KeyedVisit, RecordedVisit>({
    ...errors,
    limits,
    observeFailure: (visits) => {
      observeBatch(visits, 0);
    },
    rowOf: ({ key }) => key,
    createRefusal: (reason) => createRefusal(reason, 'Ask again with the same key.'),
    createTimeout: () => createTimeout(' Ask again with the same key.'),
    async send(batch) {
      const outcomes = await recordVisitsOnce(
        run,
        batch.map(({ item }) => item),
      );
      let recorded = 0;
      outcomes.forEach((outcome, index) => {
        if (outcome instanceof DomainError) {
          batch[index]?.reject(outcome);
        } else {
          if (!outcome.replayed) recorded += 1;
          batch[index]?.resolve(outcome);
        }
      });
      if (recorded > 0) observeBatch(recorded, recorded);
    },
  });
}
