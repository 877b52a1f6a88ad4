import { getBucketMs, listBucketRuns, type BucketRun } from './time-buckets';

/** A part of a bucket, which is counted from the log. */
export interface BucketEdge {
  readonly since: Date;
  readonly until: Date;
  /** What the visits of this part are for the span that ends here; for the span that begins here it is the opposite. */
  readonly sign: 1 | -1;
  /** The number of the span that ends here. Counts from 1; 0 if none does. */
  readonly ends: number;
}

/** Whole buckets of a span. */
export interface SpanRun extends BucketRun {
  /** The number of the span. Counts from 1. */
  readonly span: number;
  /** Whether it is one bucket that reaches beyond the span. Edges take visits away from such a run alone. */
  readonly isBeyond: boolean;
}

/** How the visits between instants are counted: from whole buckets, and from the log beside them. */
export interface CountPlan {
  readonly runs: readonly SpanRun[];
  readonly edges: readonly BucketEdge[];
}

/** Instants at ends of buckets, and the parts of buckets by which they were moved there. */
export interface MovedInstants {
  readonly moved: readonly number[];
  readonly edges: readonly BucketEdge[];
}

/**
 * Moves each instant within a bucket to the start or the end of it: to the side with less of the past in between, since
 * only a visit that is dated ahead lies in the future.
 * @param finest the finest grain to use.
 * @param instants in order, in milliseconds since 1970; the ends may be infinite.
 * @param now decides which side is chosen, and no number.
 */
export function moveToBuckets(finest: number, instants: readonly number[], now: number): MovedInstants {
  const width = getBucketMs(finest);
  const edges: BucketEdge[] = [];
  const moved = instants.map((instant, ends) => {
    const start = Math.floor(instant / width) * width;
    if (start === instant) return instant;
    const end = start + width;
    const past = Math.min(Math.max(now, start), end);
    if (Math.min(past, instant) - start <= Math.max(past, instant) - instant) {
      edges.push({ since: new Date(start), until: new Date(instant), sign: 1, ends });
      return start;
    }
    edges.push({ since: new Date(instant), until: new Date(end), sign: -1, ends });
    return end;
  });
  return { moved, edges };
}

/**
 * Plans the counts of the spans between instants that follow each other: whole buckets from the roll-up, and the parts of
 * others from the log. The parameters are those of `moveToBuckets`.
 */
export function planCounts(finest: number, instants: readonly number[], now = Date.now()): CountPlan {
  const width = getBucketMs(finest);
  const { moved, edges } = moveToBuckets(finest, instants, now);
  const runs = instants.slice(1).flatMap((until, index) => {
    const [start = until, end = until] = moved.slice(index, index + 2);
    if (start >= end) return [];
    // In between lie the buckets that are within the span.
    const low = start < (instants[index] ?? start) ? start + width : start;
    const high = end > until && end > low ? end - width : end;
    return [
      [start, low],
      [low, high],
      [high, end],
    ].flatMap(([from = low, to = low], place) =>
      listBucketRuns(from, to, finest).map((run) => ({ ...run, span: index + 1, isBeyond: place !== 1 })),
    );
  });
  return { runs, edges };
}
