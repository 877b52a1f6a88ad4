/** The finest grain in which all visitors are counted: a quarter of an hour. */
export const finestOfAll = 0;
/** The finest grain in which one visitor is counted: an hour. */
export const finestOfVisitor = 1;
/** The coarsest grain, of 43 days. */
export const coarsest = 6;

const quarterMs = 900_000;

/** Whole buckets of one grain: those with `low <= bucket < high`. Bucket n of grain g starts n × 4^g quarters after 1970. */
export interface BucketRun {
  readonly grain: number;
  /** -Infinity: from the first bucket on. */
  readonly low: number;
  /** Infinity: to the last bucket. */
  readonly high: number;
}

/** Returns the length of the buckets of a grain in milliseconds. */
export function getBucketMs(grain: number): number {
  return quarterMs * 4 ** grain;
}

/**
 * Splits a span into the fewest buckets: at most two runs of each grain, of three buckets each, and one run of the
 * coarsest. The ends are milliseconds since 1970, whole buckets of the finest grain or infinite.
 */
export function listBucketRuns(from: number, until: number, finest: number): BucketRun[] {
  const runs: BucketRun[] = [];
  const add = (grain: number, low: number, high: number): void => {
    if (low < high) runs.push({ grain, low, high });
  };
  let low = from / getBucketMs(finest);
  let high = until / getBucketMs(finest);
  for (let grain = finest; low < high; grain += 1) {
    const nextLow = Math.ceil(low / 4);
    const nextHigh = Math.floor(high / 4);
    if (grain === coarsest || nextLow >= nextHigh) {
      add(grain, low, high);
      break;
    }
    add(grain, low, nextLow * 4);
    add(grain, nextHigh * 4, high);
    [low, high] = [nextLow, nextHigh];
  }
  return runs;
}
