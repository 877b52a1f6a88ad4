import { DomainError } from '../../../shared/domain-error';
import type { QueuedItem } from '../../batching/queued-item';
import { createIsolatedQueue, type IsolatedQueue } from './create-isolated-queue';
import {
  recordVisitsOnce,
  recordVisitsOnceApart,
  type KeyedVisit,
  type RecordedVisit,
} from './record-visits-once';
import { handleFailures, type RecordingContext } from './recording-context';
import { createRefusal, createTimeout } from './recording-errors';

// A batch of visits with keys holds its names until all of it is done, key by key, so it is smaller than one without
// keys; and with one statement at a time it leaves the pool to the others.
const keyedLimits = { maxInFlight: 1, maxBatch: 100, maxWaiting: 1000 };

/** Creates the queue for visits with a key. */
export function createKeyedQueue(context: RecordingContext): IsolatedQueue<KeyedVisit, RecordedVisit> {
  const { run, limits, lockTimeoutMs, observeBatch, held } = context;
  const answer = (
    batch: readonly QueuedItem<KeyedVisit, RecordedVisit>[],
    outcomes: readonly (RecordedVisit | DomainError | undefined)[],
  ): void => {
    let recorded = 0;
    outcomes.forEach((outcome, index) => {
      if (outcome instanceof DomainError) {
        batch[index]?.reject(outcome);
      } else if (outcome) {
        if (!outcome.replayed) {
          held.delete(outcome.username);
          recorded += 1;
        }
        batch[index]?.resolve(outcome);
      }
    });
    if (recorded > 0) observeBatch(recorded, recorded);
  };
  return createIsolatedQueue<KeyedVisit, RecordedVisit>({
    ...handleFailures(context),
    limits: { ...limits, ...keyedLimits },
    held,
    lockTimeoutMs,
    rowOf: ({ key }) => key,
    nameOf: ({ username }) => username,
    createRefusal: (reason) => createRefusal(reason, 'Ask again with the same key.'),
    createTimeout: () => createTimeout(' Ask again with the same key.'),
    async sendTogether(batch) {
      const visits = batch.map(({ item }) => item);
      answer(batch, await recordVisitsOnce(run, visits, lockTimeoutMs));
    },
    async sendApart(batch, patienceMs) {
      const visits = batch.map(({ item }) => item);
      answer(batch, await recordVisitsOnceApart(run, visits, patienceMs));
    },
  });
}
