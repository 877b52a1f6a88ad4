/** A regular removal of old rows. */
export interface PruningOptions {
  /** Removes at most `most` rows and returns their number. */
  readonly prune: (most: number) => Promise<number>;
  readonly everyMs: number;
  /** Receives a failure. The next round tries again. */
  readonly report: (error: unknown) => void;
}

/** A removal that runs until it is stopped. */
export interface Pruning {
  /** Begins no further batch and resolves when the one under way has ended. */
  stop(): Promise<void>;
}

// Small enough to end long before the statement timeout and to delay no visit.
const batchSize = 1000;

/**
 * Removes old rows in rounds, each in batches until nothing old is left. The first round comes at a random moment
 * within the interval, so that processes that start together do not prune together.
 */
export function startPruning({ prune, everyMs, report }: PruningOptions): Pruning {
  let stopped = false;
  let round = Promise.resolve();
  let timer = setTimeout(begin, Math.random() * everyMs);

  function begin(): void {
    round = pruneAll()
      .catch(report)
      .finally(() => {
        if (!stopped) timer = setTimeout(begin, everyMs);
      });
  }

  async function pruneAll(): Promise<void> {
    while (!stopped && (await prune(batchSize)) === batchSize);
  }

  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
