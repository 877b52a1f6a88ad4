import type { IsolatedQueue } from './create-isolated-queue';
import { createOnceQueue } from './create-once-queue';
import {
  recordVisitsOnce,
  recordVisitsOnceApart,
  type KeyedVisit,
  type RecordedVisit,
} from './record-visits-once';
import type { RecordingContext } from './recording-context';

// A batch of visits with keys holds its names until all of it is done, key by key, so it is smaller than one without
// keys; and with one statement at a time it leaves the pool to the others.
const maxBatch = 100;
const maxWaiting = 1000;

/** Creates the queue for visits with a key. */
export function createKeyedQueue(context: RecordingContext): IsolatedQueue<KeyedVisit, RecordedVisit> {
  const { run, limits } = context;
  return createOnceQueue<KeyedVisit>(context, {
    limits: { maxInFlight: 1, maxBatch, maxWaiting: Math.min(limits.maxWaiting, maxWaiting) },
    advice: 'Ask again with the same key.',
    rowOf: ({ key }) => key,
    recordTogether: (visits, lockTimeoutMs) => recordVisitsOnce(run, visits, lockTimeoutMs),
    recordApart: (visits, lockTimeoutMs) => recordVisitsOnceApart(run, visits, lockTimeoutMs),
  });
}
