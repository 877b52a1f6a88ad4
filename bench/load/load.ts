import { getPercentile, roundTo } from './statistics';

/** The requests of one run. Each is sent once and its answer is waited for. */
export interface Load {
  readonly connections: number;
  /** Requests of all connections together, a multiple of their number. */
  readonly amount: number;
  /** One path for all, or a sequence of `amount / connections` paths for each connection. */
  readonly paths: string | readonly (readonly string[])[];
}

/** The result of a load. Latencies are in milliseconds, of 2xx answers; null if there are none. */
export interface LoadResult {
  readonly sent: number;
  /** Answers with 2xx. */
  readonly acknowledged: number;
  readonly non2xx: number;
  /** Requests without an answer. */
  readonly errors: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Acknowledged requests per second; refused requests do not count. */
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** Rounds up, so that each connection gets the same number of requests. */
export function toAmount(requests: number, connections: number): number {
  return Math.max(1, Math.ceil(requests / connections)) * connections;
}

/** What was counted during a run. */
export interface LoadCounts {
  readonly sent: number;
  readonly answered: number;
  /** Milliseconds, one for each acknowledged request. Sorted in place. */
  readonly latencies: Float64Array;
  readonly seconds: number;
}

/** Computes the result of a run from its counts. */
export function summariseLoad({ sent, answered, latencies, seconds }: LoadCounts): LoadResult {
  const acknowledged = latencies.length;
  const sorted = latencies.sort();
  const at = (part: number): number | null => {
    const value = getPercentile(sorted, part);
    return value === null ? null : roundTo(value, 4);
  };
  return {
    sent,
    acknowledged,
    non2xx: answered - acknowledged,
    errors: sent - answered,
    seconds: roundTo(seconds, 5),
    perSecond: roundTo(acknowledged / seconds, 5),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}
