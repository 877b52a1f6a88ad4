import type { LoadResult } from './load';
import { getPercentile, roundTo } from './statistics';

/** What a run counted. */
export interface LoadCounts {
  readonly sent: number;
  readonly answered: number;
  /** Milliseconds, one for each acknowledged request; sorted in place. */
  readonly latencies: Float64Array;
  readonly seconds: number;
}

/** Sums a run up. */
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
