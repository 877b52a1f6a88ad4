import fc from 'fast-check';
import { planCounts } from '../../src/services/queries/plan-counts';
import { getBucketMs, listBucketRuns, listSignedRuns } from '../../src/services/queries/time-buckets';

const finest = fc.constantFrom(0, 1);
const year = 365 * 86_400_000;
const instant = fc.oneof(
  fc.integer({ min: -100 * year, max: 300 * year }),
  fc.integer({ min: -3000, max: 3000 }).map((quarters) => quarters * 900_000),
);

it('covers a span with whole buckets once, with at most three of a grain at each end', () => {
  fc.assert(
    fc.property(finest, fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), (grain, from, length) => {
      const width = getBucketMs(grain);
      const [since, until] = [from * width, (from + length) * width];
      const runs = listBucketRuns(since, until, grain)
        .map((run) => ({ ...run, ms: getBucketMs(run.grain) }))
        .sort((a, b) => a.low * a.ms - b.low * b.ms);
      let end = since;
      for (const { low, high, ms } of runs) {
        expect(low * ms).toBe(end);
        end = high * ms;
      }
      expect(end).toBe(until);
      for (const run of runs) if (run.grain < 6) expect(run.high - run.low).toBeLessThanOrEqual(6);
      expect(runs.length).toBeLessThanOrEqual(13);
    }),
  );
});

it('covers everything with the coarsest buckets', () => {
  expect(listBucketRuns(-Infinity, Infinity, 1)).toEqual([{ grain: 6, low: -Infinity, high: Infinity }]);
  expect(listBucketRuns(-Infinity, 3_600_000, 1).at(0)).toEqual({ grain: 1, low: 0, high: 1 });
});

const wholeSpan = fc
  .record({
    from: fc.integer({ min: -1e6, max: 1e6 }),
    length: fc.nat(1e6),
    now: fc.integer({ min: -1e6, max: 2e6 }),
  })
  .map(({ from, length, now }) => ({ from, until: from + length, now }));

it('covers a span with buckets that are added and taken away', () => {
  fc.assert(
    fc.property(finest, wholeSpan, (grain, { from, until, now }) => {
      const width = getBucketMs(grain);
      const runs = listSignedRuns(from * width, until * width, grain, now * width);
      // How often each part is covered changes only at the ends of runs.
      const changes = new Map<number, number>();
      const change = (at: number, by: number): void => {
        changes.set(at, (changes.get(at) ?? 0) + by);
      };
      for (const { grain: of, low, high, sign } of runs) {
        const buckets = getBucketMs(of) / width;
        change(low * buckets, sign);
        change(high * buckets, -sign);
      }
      change(from, -1);
      change(until, 1);
      expect([...changes.values()].filter((by) => by !== 0)).toEqual([]);
    }),
  );
});

it('covers a span that ends now with few buckets', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 24 * 400 }), (now, hours) => {
      const hour = getBucketMs(1);
      const runs = listSignedRuns((now - hours) * hour, now * hour, 1, now * hour);
      const present = runs.map(({ grain, low, high }) => {
        return Math.max(0, Math.min(high, Math.ceil((now * hour) / getBucketMs(grain))) - low);
      });
      // Two of each grain at the start, and all of the coarsest.
      expect(present.reduce((sum, buckets) => sum + buckets, 0)).toBeLessThanOrEqual(2 * 5 + 11);
    }),
  );
});

it('covers everything before or after an instant', () => {
  const hour = getBucketMs(1);
  expect(listSignedRuns(-Infinity, Infinity, 1, 0)).toEqual([
    { grain: 6, low: -Infinity, high: Infinity, sign: 1 },
  ]);
  expect(
    listSignedRuns(-Infinity, 3 * hour, 1, 9 * hour).map(({ low, high, sign }) => [low, high, sign]),
  ).toEqual([
    [3, 4, -1],
    [0, 1, 1],
    [-Infinity, 0, 1],
  ]);
  // Visits that are dated ahead may be many, so they are not read by the hour.
  const fromNow = listSignedRuns(7 * hour, Infinity, 1, 9 * hour);
  expect(fromNow.at(-1)).toEqual({ grain: 6, low: 1, high: Infinity, sign: 1 });
  expect(fromNow.every(({ low, high }) => high === Infinity || high - low <= 3)).toBe(true);
});

/** Counts visits by a plan, as the statements do. */
function countByPlan(
  grain: number,
  instants: readonly number[],
  visits: readonly number[],
  now: number,
): number[] {
  const { runs, edges } = planCounts(grain, instants, now);
  const counts = instants.slice(1).map(() => 0);
  const add = (span: number, number: number): void => {
    const before = counts[span - 1];
    if (before !== undefined) counts[span - 1] = before + number;
  };
  for (const { grain: of, low, high, span } of runs) {
    add(
      span,
      visits.map((at) => Math.floor(at / getBucketMs(of))).filter((n) => n >= low && n < high).length,
    );
  }
  for (const { since, until, sign, ends } of edges) {
    const part = visits.filter((at) => at >= +since && at < +until).length;
    add(ends, sign * part);
    add(ends + 1, -sign * part);
  }
  return counts;
}

it('counts each visit in the span that holds it, wherever the instants lie', () => {
  const instants = fc
    .array(instant, { minLength: 2, maxLength: 6 })
    .map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(finest, instants, fc.array(instant, { maxLength: 30 }), instant, (grain, ends, far, now) => {
      const visits = [...far, ...ends.flatMap((at) => [at - 1, at, at + 1, at + 500_000])];
      const expected = ends
        .slice(1)
        .map((until, index) => visits.filter((at) => at >= ends[index]! && at < until).length);
      expect(countByPlan(grain, ends, visits, now)).toEqual(expected);
      for (const { grain: of, low, high, span, isBeyond } of planCounts(grain, ends, now).runs) {
        const [since, until] = ends.slice(span - 1) as [number, number];
        expect(isBeyond).toBe(low * getBucketMs(of) < since || high * getBucketMs(of) > until);
        if (isBeyond) expect([of, high]).toEqual([grain, low + 1]);
      }
    }),
  );
});

it('counts beside an instant of now only what is dated ahead', () => {
  const now = Date.UTC(2026, 10, 28, 4, 58);
  expect(planCounts(1, [now - getBucketMs(3), now], now).edges.at(-1)).toEqual({
    since: new Date(now),
    until: new Date(Date.UTC(2026, 10, 28, 5)),
    sign: -1,
    ends: 1,
  });
});
