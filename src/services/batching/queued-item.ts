/** An item in a batch queue, with the promise of its caller. Only the first answer counts. */
export class QueuedItem<Item, Result> {
  readonly addedAt = performance.now();
  /** Whether the caller has an answer. */
  isSettled = false;

  constructor(
    readonly item: Item,
    private readonly resolvePromise: (result: Result) => void,
    private readonly rejectPromise: (error: unknown) => void,
  ) {}

  resolve(result: Result): void {
    this.isSettled = true;
    this.resolvePromise(result);
  }

  reject(error: unknown): void {
    this.isSettled = true;
    this.rejectPromise(error);
  }
}
