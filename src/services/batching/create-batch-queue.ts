import { QueuedItem } from './queued-item';

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
  /** Settles every item of the batch. If it throws, the items that are not settled failed with that error. */
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

const deadlineCheckMs = 100;

/**
 * Creates a queue in which items that arrive while a batch is under way form the next one (group commit). No timer
 * forms a batch, so an idle service adds no delay. A refused batch is sent again in halves, so no bad item fails others.
 */
export function createBatchQueue<Item, Result>(
  options: BatchQueueOptions<Item, Result>,
): Pick<Queue<Item, Result>, 'add' | 'waiting' | 'inFlight'> {
  return new Queue(options);
}

class Queue<Item, Result> {
  private queue: QueuedItem<Item, Result>[] = [];
  private readonly batches = new Set<readonly QueuedItem<Item, Result>[]>();
  private isScheduled = false;
  private isAwaitingTurn = false;
  private deadlineCheck: NodeJS.Timeout | undefined;

  constructor(private readonly options: BatchQueueOptions<Item, Result>) {}

  /** Items that wait for a batch. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Batches under way, including one that waits for its turn. */
  get inFlight(): number {
    return this.batches.size + (this.isAwaitingTurn ? 1 : 0);
  }

  /** Resolves with the result of this item, or rejects with an error of `send` or of the other options. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.queue.length >= this.options.limits.maxWaiting) {
        reject(this.options.createRefusal('Too many requests are waiting'));
        return;
      }
      this.queue.push(new QueuedItem(item, resolve, reject));
      // One interval for all items, because a timer for each would cost each of them.
      this.deadlineCheck ??= setInterval(() => this.checkDeadlines(), deadlineCheckMs);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled || this.batches.size >= this.options.limits.maxInFlight) return;
    if (this.queue.length === 0) return;
    this.isScheduled = true;
    // At the end of this turn of the event loop: what has arrived together is sent together.
    const sendSoon = (): void => void setImmediate(() => this.sendNext());
    const turn = this.options.awaitTurn?.(this.queue);
    if (!turn) {
      sendSoon();
      return;
    }
    this.isAwaitingTurn = true;
    void turn.then(() => {
      this.isAwaitingTurn = false;
      sendSoon();
    });
  }

  private sendNext(): void {
    this.isScheduled = false;
    const batch = this.queue.slice(0, this.options.limits.maxBatch);
    this.queue = this.queue.slice(this.options.limits.maxBatch);
    if (batch.length === 0) return;
    this.batches.add(batch);
    void this.sendOrSplit(batch).then(() => {
      this.batches.delete(batch);
      this.schedule();
    });
    this.schedule();
  }

  private async sendOrSplit(batch: readonly QueuedItem<Item, Result>[]): Promise<void> {
    const { send, isRefused, rowOf, toError } = this.options;
    try {
      await send(batch);
    } catch (error) {
      const failed = batch.filter(({ isSettled }) => !isSettled);
      const rows = [...new Set(failed.map(({ item }) => rowOf(item)))];
      if (rows.length > 1 && isRefused(error)) {
        const half = new Set(rows.slice(0, rows.length / 2));
        await this.sendOrSplit(failed.filter(({ item }) => half.has(rowOf(item))));
        await this.sendOrSplit(failed.filter(({ item }) => !half.has(rowOf(item))));
      } else {
        this.options.observeFailure?.(failed.length);
        for (const each of failed) each.reject(toError(error));
      }
    }
  }

  private checkDeadlines(): void {
    const { waitWithinMs, answerWithinMs } = this.options.limits;
    const now = performance.now();
    const inTime = this.queue.findIndex(({ addedAt }) => now - addedAt < waitWithinMs);
    for (const late of this.queue.splice(0, inTime === -1 ? this.queue.length : inTime)) {
      late.reject(this.options.createRefusal('The request waited too long'));
    }
    for (const sent of [...this.batches].flat()) {
      if (!sent.isSettled && now - sent.addedAt >= answerWithinMs) sent.reject(this.options.createTimeout());
    }
    if (this.queue.length > 0 || this.batches.size > 0) return;
    clearInterval(this.deadlineCheck);
    this.deadlineCheck = undefined;
  }
}
