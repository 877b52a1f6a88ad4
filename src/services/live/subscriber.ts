/** One reader of a feed. It holds one state at most: a reader that is slow skips states. */
export class Subscriber<State> {
  private waiting: State | undefined;
  private error: Error | undefined;
  private isEnded = false;
  private wake: () => void = () => undefined;
  /** Whether the reader has not taken the state before the next one, or has none yet. */
  isBehind = true;
  /** Whether the reader was never given a state. */
  isNew = true;

  offer(state: State): void {
    this.waiting = state;
    this.isBehind = true;
    this.isNew = false;
    this.wake();
  }

  /** Makes the next `take` return undefined, or reject if an error is given. */
  end(error?: Error): void {
    this.isEnded = true;
    this.error = error;
    this.wake();
  }

  /** Waits for a state; undefined at the end. */
  async take(): Promise<State | undefined> {
    while (this.waiting === undefined && !this.isEnded) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.isEnded) {
      if (this.error) throw this.error;
      return undefined;
    }
    const state = this.waiting;
    this.waiting = undefined;
    this.isBehind = false;
    return state;
  }
}
