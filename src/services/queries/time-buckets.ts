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

/** Whole buckets that are added, or taken away. */
export interface SignedRun extends BucketRun {
  readonly sign: 1 | -1;
}

/**
 * Splits a span into buckets, where some may be taken away from a coarser one if that is fewer. Buckets after now do not
 * count as such, because hardly a visit is dated ahead: a span that ends now needs few at its end.
 * @param now decides how the span is split, and no number.
 */
export function listSignedRuns(from: number, until: number, finest: number, now: number): SignedRun[] {
  const runs: SignedRun[] = [];
  let low = from / getBucketMs(finest);
  let high = until / getBucketMs(finest);
  for (let grain = finest; low < high; grain += 1) {
    const present = Math.ceil(now / getBucketMs(grain));
    const count = (start: number, end: number): number => Math.max(0, Math.min(end, present) - start);
    const add = (sign: 1 | -1, start: number, end: number): void => {
      if (start < end) runs.push({ grain, low: start, high: end, sign });
    };
    if (grain === coarsest || high - low <= 3) {
      add(1, low, high);
      break;
    }
    const [lowBefore, lowAfter] = [Math.floor(low / 4) * 4, Math.ceil(low / 4) * 4];
    const [highBefore, highAfter] = [Math.floor(high / 4) * 4, Math.ceil(high / 4) * 4];
    const isLowDown = count(lowBefore, low) < count(low, lowAfter);
    const isHighUp = count(high, highAfter) < count(highBefore, high);
    if (isLowDown) add(-1, lowBefore, low);
    else add(1, low, lowAfter);
    if (isHighUp) add(-1, high, highAfter);
    else add(1, highBefore, high);
    low = (isLowDown ? lowBefore : lowAfter) / 4;
    high = (isHighUp ? highAfter : highBefore) / 4;
  }
  return runs;
}
