import { getPercentile, roundTo } from './statistics';

/** The requests of one run. Each is sent once and its answer is waited for. */
export interface Load {
  readonly connections: number;
  /** Requests of all connections together, a multiple of their number. */
  readonly amount: number;
  /** One path for all, or a sequence of `amount / connections` paths for each connection. */
  readonly paths: string | readonly (readonly string[])[];
  /** The header `Accept`; none by default. */
  readonly accept?: string;
  /** Opens a connection for each request. Its latency does not include that. */
  readonly connectEachTime?: boolean;
  /**
   * All answers are equally long. Another length counts as refused: a badge that cannot be read is
   * answered with 200 and a dash.
   */
  readonly sameLength?: boolean;
}

/** Latencies of acknowledged requests in milliseconds; null if there are none. */
export interface Latencies {
  readonly acknowledged: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** The result of a load. `acknowledged` are the answers with 2xx. */
export interface LoadResult extends Latencies {
  readonly sent: number;
  readonly non2xx: number;
  /** Requests without an answer. */
  readonly errors: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Acknowledged requests per second; refused requests do not count. */
  readonly perSecond: number;
  /** The requests that record a visit, if others do not. */
  readonly visits?: Latencies;
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
  /** Those of the requests that record a visit, if others do not. Sorted in place. */
  readonly visitLatencies?: Float64Array | undefined;
  readonly seconds: number;
}

/** Computes the result of a run from its counts. */
export function summariseLoad(counts: LoadCounts): LoadResult {
  const { sent, answered, latencies, visitLatencies, seconds } = counts;
  const acknowledged = latencies.length;
  return {
    sent,
    ...summariseLatencies(latencies),
    non2xx: answered - acknowledged,
    errors: sent - answered,
    seconds: roundTo(seconds, 5),
    perSecond: roundTo(acknowledged / seconds, 5),
    ...(visitLatencies && { visits: summariseLatencies(visitLatencies) }),
  };
}

function summariseLatencies(latencies: Float64Array): Latencies {
  const sorted = latencies.sort();
  const at = (part: number): number | null => {
    const value = getPercentile(sorted, part);
    return value === null ? null : roundTo(value, 4);
  };
  return { acknowledged: latencies.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
