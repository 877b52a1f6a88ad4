import type { Answer } from './answer-reader';
import { summariseLoad, type Load, type LoadResult } from './load';

/** Counts the answers and failures of a run. */
export interface RequestTally {
  /** Call it just before the first request. */
  start(): void;
  /** Counts an answer: latency in milliseconds, current time, whether the request records a visit. */
  countAnswer(answer: Answer, ms: number, now: number, isVisit: boolean): void;
  /** Counts a request without an answer; returns their number. */
  countFailure(): number;
  /** Whether each request has been answered or has failed. */
  isComplete(): boolean;
  summarise(): LoadResult;
}

/** Creates a tally for a load. With `mixed`, some of its requests record a visit and others do not. */
export function createRequestTally(
  { amount, sameLength = false }: Pick<Load, 'amount' | 'sameLength'>,
  mixed = false,
): RequestTally {
  const latencies = new Float64Array(amount);
  const visitLatencies = new Float64Array(mixed ? amount : 0);
  let length: number | undefined;
  let acknowledged = 0;
  let visits = 0;
  let answered = 0;
  let failed = 0;
  let startedAt = 0;
  let endedAt = 0;
  return {
    start() {
      startedAt = performance.now();
    },
    countAnswer({ status, bodyLength }, ms, now, isVisit) {
      answered += 1;
      endedAt = now;
      if (status < 200 || status > 299) return;
      if (sameLength && bodyLength !== (length ??= bodyLength)) return;
      latencies[acknowledged] = ms;
      acknowledged += 1;
      if (!mixed || !isVisit) return;
      visitLatencies[visits] = ms;
      visits += 1;
    },
    countFailure: () => (failed += 1),
    isComplete: () => answered + failed === amount,
    summarise: () =>
      summariseLoad({
        sent: amount,
        answered,
        latencies: latencies.subarray(0, acknowledged),
        visitLatencies: mixed ? visitLatencies.subarray(0, visits) : undefined,
        // Without answers, endedAt is 0 and the rate would be 0 divided by a negative number.
        seconds: ((answered > 0 ? endedAt : performance.now()) - startedAt) / 1000,
      }),
  };
}
