import type { QueuedItem } from './queued-item';

/** The bounds of a batch queue. */
export interface BatchQueueLimits {
  /** Batches under way at once. */
  readonly maxInFlight: number;
  /** Items in one batch. */
  readonly maxBatch: number;
  /** Items that wait for a batch. Beyond it an item is refused. */
  readonly maxWaiting: number;
  /** Milliseconds that an item waits for its batch. After that it is refused. */
  readonly waitWithinMs: number;
  /** Milliseconds from `add` to the answer, above `waitWithinMs`. After that the item times out. */
  readonly answerWithinMs: number;
}

/** What a queue does with its items. */
export interface BatchQueueOptions<Item, Result> {
  readonly limits: BatchQueueLimits;
  /**
   * Settles every item of the batch, or gives it to `take` of a queue in the end. If it throws, the items that are not
   * settled fail with that error.
   */
  readonly send: (batch: readonly QueuedItem<Item, Result>[]) => Promise<void>;
  /** Whether nothing was recorded because the database refused something in the batch. */
  readonly isRefused: (error: unknown) => boolean;
  /** The row that an item becomes. Items of one row are refused together. */
  readonly rowOf: (item: Item) => string;
  /** Turns what `send` threw into what the caller of `add` gets. */
  readonly toError: (error: unknown) => unknown;
  /** Waited for before the next batch is formed. What arrives meanwhile is in that batch. Must not reject. */
  readonly awaitTurn?: (waiting: readonly QueuedItem<Item, Result>[]) => Promise<void> | undefined;
  /** Called with the number of items that failed with the error of `send`. */
  readonly observeFailure?: (items: number) => void;
  /** Creates the error for an item that was not sent. */
  readonly createRefusal: (reason: string) => Error;
  /** Creates the error for an item that was sent, and whose answer did not come in time. */
  readonly createTimeout: () => Error;
}
