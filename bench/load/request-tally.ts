import type { LoadResult } from './load';
import { summariseLoad } from './summarise-load';

/** Counts what comes of a run's requests. */
export interface RequestTally {
  /** The first request is about to be sent. */
  start(): void;
  /** Counts an answer: its status, its latency, and what the clock says. */
  countAnswer(status: number, ms: number, now: number): void;
  /** Counts a request that gets no answer; says how many there are with it. */
  countFailure(): number;
  /** Whether every request is answered or has failed. */
  isComplete(): boolean;
  summarise(): LoadResult;
}

/** Begins to count a run of this many requests. */
export function createRequestTally(amount: number): RequestTally {
  const latencies = new Float64Array(amount);
  let acknowledged = 0;
  let answered = 0;
  let failed = 0;
  let startedAt = 0;
  let endedAt = 0;
  return {
    start() {
      startedAt = performance.now();
    },
    countAnswer(status, ms, now) {
      answered += 1;
      endedAt = now;
      if (status < 200 || status > 299) return;
      latencies[acknowledged] = ms;
      acknowledged += 1;
    },
    countFailure: () => (failed += 1),
    isComplete: () => answered + failed === amount,
    summarise: () =>
      summariseLoad({
        sent: amount,
        answered,
        latencies: latencies.subarray(0, acknowledged),
        // Without any answer the rate is zero, and not zero divided by zero.
        seconds: ((answered > 0 ? endedAt : performance.now()) - startedAt) / 1000,
      }),
  };
}
