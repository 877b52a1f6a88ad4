import { createSaltStore } from './client-salts';
import type { IsolatedQueue } from './create-isolated-queue';
import { createOnceQueue } from './create-once-queue';
import {
  recordVisitsOfClients,
  recordVisitsOfClientsApart,
  type ClientVisit,
} from './record-visits-of-clients';
import type { RecordedVisit } from './record-visits-once';
import type { RecordingContext } from './recording-context';

/** Creates the queue for visits that are counted once for each client. */
export function createClientQueue(context: RecordingContext): IsolatedQueue<ClientVisit, RecordedVisit> {
  const { run } = context;
  const salts = createSaltStore(run);
  return createOnceQueue<ClientVisit>(context, {
    // One statement at a time leaves the pool to the others.
    limits: { maxInFlight: 1 },
    advice: 'Ask again: with "once", the visit is not counted twice.',
    // A database refuses names, and what else a row has is made by the service.
    rowOf: ({ username }) => username,
    recordTogether: (visits, lockTimeoutMs) => recordVisitsOfClients(run, salts, visits, lockTimeoutMs),
    recordApart: (visits, lockTimeoutMs) => recordVisitsOfClientsApart(run, salts, visits, lockTimeoutMs),
  });
}
