import type { BatchQueueOptions } from '../../batching/batch-queue-options';
import { createBatchQueue, type BatchQueue } from '../../batching/create-batch-queue';
import type { QueuedItem } from '../../batching/queued-item';
import { isConflict } from '../../translate-database-error';

type Batch<Item, Result> = readonly QueuedItem<Item, Result>[];

/** How an isolated queue records visits. */
export interface IsolatedQueueOptions<Item, Result> extends Omit<BatchQueueOptions<Item, Result>, 'send'> {
  /** The names that another transaction was seen to hold, until they are recorded again. Queues may share it. */
  readonly held: Set<string>;
  readonly nameOf: (item: Item) => string;
  /** The items that it leaves unsettled, or that are unsettled when it throws a conflict, were not recorded. */
  readonly sendTogether: (batch: Batch<Item, Result>) => Promise<void>;
  /** Does the same for the items whose locks are free within `lockTimeoutMs` each, and leaves the others unsettled. */
  readonly sendApart: (batch: Batch<Item, Result>, lockTimeoutMs: number) => Promise<void>;
  /** Longest wait of a batch for one lock, in milliseconds. */
  readonly lockTimeoutMs: number;
}

/** A queue that accepts visits one at a time. */
export type IsolatedQueue<Item, Result> = Pick<BatchQueue<Item, Result>, 'add' | 'waiting' | 'inFlight'>;

/** The shortest wait for a lock that PostgreSQL knows, in milliseconds. */
const noWaitMs = 1;

// A statement for held names waits for one lock only, so it can begin later than others and still end in time.
const heldStatementMs = 1000;

/**
 * Creates a queue in which a name that another transaction holds does not stop the others. A batch that waits too long
 * for a lock, or one of whose names becomes an alias, is rolled back and recorded name by name. What is left goes to a
 * queue for held names, and so do later visits to them until the name is free. Without held names a visit takes no
 * further step.
 */
export function createIsolatedQueue<Item, Result>(
  options: IsolatedQueueOptions<Item, Result>,
): IsolatedQueue<Item, Result> {
  const { held, nameOf, sendTogether } = options;
  const sendApart: typeof options.sendApart = (batch, patienceMs) =>
    options.sendApart(batch, patienceMs).catch(ignoreConflict);
  const waiting = createHeldQueue({ ...options, sendApart });
  const main = createBatchQueue<Item, Result>({
    ...options,
    async send(batch) {
      await sendTogether(batch).catch(ignoreConflict);
      const rest = batch.filter(isUnsettled);
      if (rest.length === 0) return;
      await sendApart(rest, noWaitMs);
      const locked = rest.filter(isUnsettled);
      for (const { item } of locked) held.add(nameOf(item));
      forgetOldest(held, options.limits.maxWaiting);
      waiting.take(locked);
    },
  });
  return {
    add: (item) => (held.has(nameOf(item)) ? waiting : main).add(item),
    get waiting() {
      return main.waiting + waiting.waiting;
    },
    get inFlight() {
      return main.inFlight + waiting.inFlight;
    },
  };
}

/**
 * Creates the queue for held names. Each round records the names that are free, and then waits for one of the others,
 * so that a freed name is noticed soon and a name that other processes use all the time gets its turn.
 */
function createHeldQueue<Item, Result>(
  options: IsolatedQueueOptions<Item, Result>,
): BatchQueue<Item, Result> {
  const { limits, nameOf, sendApart, lockTimeoutMs, toError, observeFailure } = options;
  let round = 0;
  const queue = createBatchQueue<Item, Result>({
    ...options,
    // A turn is taken by a batch of many names only.
    awaitTurn: () => undefined,
    limits: {
      ...limits,
      maxInFlight: 1,
      maxBatch: limits.maxWaiting,
      waitWithinMs: Math.max(limits.waitWithinMs, limits.answerWithinMs - heldStatementMs),
    },
    async send(batch) {
      await sendApart(batch, noWaitMs);
      const names = [...new Set(batch.filter(isUnsettled).map(({ item }) => nameOf(item)))];
      if (names.length === 0) return;
      round += 1;
      const name = names[round % names.length];
      const visits = batch.filter((visit) => isUnsettled(visit) && nameOf(visit.item) === name);
      await sendApart(visits, lockTimeoutMs).catch((error: unknown) => {
        // The visits to other names were not in this statement.
        const failed = visits.filter(isUnsettled);
        observeFailure?.(failed.length);
        for (const visit of failed) visit.reject(toError(error));
      });
      queue.take(batch.filter(isUnsettled));
    },
  });
  return queue;
}

function ignoreConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}

function isUnsettled({ isSettled }: { readonly isSettled: boolean }): boolean {
  return !isSettled;
}

/** Limits the memory for names that were held, refused, and never visited again. */
function forgetOldest(held: Set<string>, most: number): void {
  for (const name of held) {
    if (held.size <= most) return;
    held.delete(name);
  }
}
