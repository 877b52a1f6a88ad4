/** Work that is done regularly, in parts. */
export interface JobOptions {
  /** Does one part. Resolves with true if the next part is due at once. */
  readonly work: () => Promise<boolean>;
  /** The pause after a round, in milliseconds. */
  readonly everyMs: number;
  /** The pause after a failed round. */
  readonly retryMs?: number;
  /** Receives the first of several failures in a row. The next round tries again. */
  readonly report: (error: unknown) => void;
}

/** A job that runs until it is stopped. */
export interface Job {
  /** Begins no further part and resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does the work in rounds, each part by part until none is due. The first round comes at a random moment within the
 * interval, so that processes that start together do not work together.
 */
export function startJob({ work, everyMs, retryMs = everyMs, report }: JobOptions): Job {
  let stopped = false;
  let failing = false;
  let round = Promise.resolve();
  let timer = setTimeout(begin, Math.random() * everyMs);

  function begin(): void {
    round = workThrough()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing) report(error);
          failing = true;
        },
      )
      .finally(() => {
        if (!stopped) timer = setTimeout(begin, failing ? retryMs : everyMs);
      });
  }

  async function workThrough(): Promise<void> {
    while (!stopped && (await work()));
  }

  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
