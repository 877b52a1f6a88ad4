/** What is asked of a contender in one run. Every request is sent once and waited for. */
export interface Load {
  readonly connections: number;
  /** Requests of all connections together, a multiple of their number. */
  readonly amount: number;
  /** One path for all, or for each connection its own sequence of `amount / connections` paths. */
  readonly paths: string | readonly (readonly string[])[];
}

/** What came of a load. Latencies in milliseconds, of 2xx alone; null when there was none. */
export interface LoadResult {
  readonly sent: number;
  /** Answers with 2xx. */
  readonly acknowledged: number;
  readonly non2xx: number;
  /** Requests without an answer. */
  readonly errors: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Acknowledged requests a second: a refusal is no work done. */
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** Rounds up to a number that every connection gets an equal part of. */
export function toAmount(requests: number, connections: number): number {
  return Math.max(1, Math.ceil(requests / connections)) * connections;
}
