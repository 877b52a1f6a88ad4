import { DomainError } from '../../../shared/domain-error';
import type { BatchQueueLimits } from '../../batching/batch-queue-options';
import type { QueuedItem } from '../../batching/queued-item';
import { createIsolatedQueue, type IsolatedQueue } from './create-isolated-queue';
import type { RecordedVisit } from './record-visits-once';
import { handleFailures, type RecordingContext } from './recording-context';
import { createRefusal, createTimeout } from './recording-errors';

/** How visits that may be known already are recorded. */
export interface OnceQueueOptions<Visit> {
  readonly limits: Partial<BatchQueueLimits>;
  /** What a client should do after a failure. */
  readonly advice: string;
  readonly rowOf: (visit: Visit) => string;
  /**
   * Records the visits or finds that they are known. Returns the outcomes in their order: undefined if the owner has
   * removed the visitor meanwhile.
   */
  readonly recordTogether: (
    visits: readonly Visit[],
    lockTimeoutMs: number,
  ) => Promise<(RecordedVisit | DomainError | undefined)[]>;
  /** Does the same, and returns undefined for the visits whose locks are not free in time. */
  readonly recordApart: (
    visits: readonly Visit[],
    lockTimeoutMs: number,
  ) => Promise<(RecordedVisit | DomainError | undefined)[]>;
}

/** Creates a queue for visits that are recorded unless they are known. */
export function createOnceQueue<Visit extends { readonly username: string }>(
  context: RecordingContext,
  { limits, advice, rowOf, recordTogether, recordApart }: OnceQueueOptions<Visit>,
): IsolatedQueue<Visit, RecordedVisit> {
  const { lockTimeoutMs, observeBatch, announce, held } = context;
  const answer = (
    batch: readonly QueuedItem<Visit, RecordedVisit>[],
    outcomes: readonly (RecordedVisit | DomainError | undefined)[],
  ): void => {
    let recorded = 0;
    outcomes.forEach((outcome, index) => {
      if (outcome instanceof DomainError) {
        batch[index]?.reject(outcome);
      } else if (outcome) {
        if (!outcome.replayed && !outcome.ignored) {
          held.delete(outcome.username);
          announce(outcome.id);
          recorded += 1;
        }
        batch[index]?.resolve(outcome);
      }
    });
    if (recorded > 0) observeBatch(recorded, recorded);
  };
  return createIsolatedQueue<Visit, RecordedVisit>({
    ...handleFailures(context),
    limits: { ...context.limits, ...limits },
    held,
    lockTimeoutMs,
    rowOf,
    nameOf: ({ username }) => username,
    createRefusal: (reason) => createRefusal(reason, advice),
    createTimeout: () => createTimeout(` ${advice}`),
    async sendTogether(batch) {
      const visits = batch.map(({ item }) => item);
      answer(batch, await recordTogether(visits, lockTimeoutMs));
    },
    async sendApart(batch, patienceMs) {
      const visits = batch.map(({ item }) => item);
      answer(batch, await recordApart(visits, patienceMs));
    },
  });
}
