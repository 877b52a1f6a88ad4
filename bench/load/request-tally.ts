import { summariseLoad, type LoadResult } from './load';

/** Counts the answers and failures of a run. */
export interface RequestTally {
  /** Call it just before the first request. */
  start(): void;
  /** Counts an answer: status, latency in milliseconds, current time. */
  countAnswer(status: number, ms: number, now: number): void;
  /** Counts a request without an answer; returns their number. */
  countFailure(): number;
  /** Whether each request has been answered or has failed. */
  isComplete(): boolean;
  summarise(): LoadResult;
}

/** Creates a tally for a run of `amount` requests. */
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
        // Without answers, endedAt is 0 and the rate would be 0 divided by a negative number.
        seconds: ((answered > 0 ? endedAt : performance.now()) - startedAt) / 1000,
      }),
  };
}
