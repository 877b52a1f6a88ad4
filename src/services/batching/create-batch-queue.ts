import type { BatchQueueOptions } from './batch-queue-options';
import { QueuedItem } from './queued-item';

const deadlineCheckMs = 100;

// A batch that is under way for longer waits for the way to the database rather than for its work.
const onTheWayMs = 5;

/**
 * Creates a queue in which items that arrive while a batch is under way form the next one (group commit). No timer
 * forms a batch, so an idle service adds no delay. A refused batch is sent again in halves, so no bad item fails others.
 */
export function createBatchQueue<Item, Result>(
  options: BatchQueueOptions<Item, Result>,
): BatchQueue<Item, Result> {
  return new Queue(options);
}

/** A batch queue, seen from outside. */
export type BatchQueue<Item, Result> = Pick<Queue<Item, Result>, 'add' | 'take' | 'waiting' | 'inFlight'>;

class Queue<Item, Result> {
  private queue: QueuedItem<Item, Result>[] = [];
  private readonly batches = new Set<readonly QueuedItem<Item, Result>[]>();
  private isScheduled = false;
  private isAwaitingTurn = false;
  private lastSentAt = -Infinity;
  private nextBatch: NodeJS.Timeout | undefined;
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
      this.start();
    });
  }

  /** Accepts unsettled items that were sent without success. They keep their callers and their deadlines. */
  take(items: readonly QueuedItem<Item, Result>[]): void {
    if (items.length === 0) return;
    this.queue = [...items, ...this.queue].sort((one, other) => one.addedAt - other.addedAt);
    this.refuseLate();
    this.start();
  }

  private start(): void {
    // One interval for all items, because a timer for each would cost each of them.
    this.deadlineCheck ??= setInterval(() => this.checkDeadlines(), deadlineCheckMs);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled || this.batches.size >= this.options.limits.maxInFlight) return;
    if (this.queue.length === 0) return;
    if (this.batches.size > 0 && this.queue.length < this.options.limits.maxBatch) {
      const leftMs = this.lastSentAt + onTheWayMs - performance.now();
      if (leftMs > 0) {
        this.nextBatch ??= setTimeout(() => {
          this.nextBatch = undefined;
          this.schedule();
        }, leftMs);
        return;
      }
    }
    this.isScheduled = true;
    // At the end of this turn of the event loop: what has arrived together is sent together.
    const sendSoon = (): void => void setImmediate(() => this.sendNext());
    const turn = this.batches.size === 0 ? this.options.awaitTurn?.(this.queue) : undefined;
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
    this.lastSentAt = performance.now();
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

  private refuseLate(): void {
    const latest = performance.now() - this.options.limits.waitWithinMs;
    const inTime = this.queue.findIndex(({ addedAt }) => addedAt > latest);
    for (const late of this.queue.splice(0, inTime === -1 ? this.queue.length : inTime)) {
      late.reject(this.options.createRefusal('The request waited too long'));
    }
  }

  private checkDeadlines(): void {
    this.refuseLate();
    const { answerWithinMs } = this.options.limits;
    const now = performance.now();
    for (const sent of [...this.batches].flat()) {
      if (!sent.isSettled && now - sent.addedAt >= answerWithinMs) sent.reject(this.options.createTimeout());
    }
    if (this.queue.length > 0 || this.batches.size > 0) return;
    clearInterval(this.deadlineCheck);
    this.deadlineCheck = undefined;
  }
}
