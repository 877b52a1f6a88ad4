import type { RunStatement } from '../../shared/statement';
import { countBetween } from './count-between';
import type { RangeHistory } from './get-range-history';
import type { HistoryPoint } from './history';
import { listHistorySlots } from './history-slots';
import type { Span } from './range';

const mostMs = 1900 * 86_400_000;

/**
 * Finds the day of the calendar with the most visits of a visitor in a history, the first of equal ones. Only the days
 * of weeks or months that may hold it are read: those of the largest, and of each that has more visits than the best
 * day so far.
 * @returns undefined without visits.
 */
export async function getBestDay(
  run: RunStatement,
  timeZone: string,
  history: RangeHistory,
  visitorId: string,
): Promise<HistoryPoint | undefined> {
  const { interval, points, since, until } = history;
  if (interval === 'day') return findBest(points);
  const readDays = (span: Span): Promise<HistoryPoint[]> => listDays(run, timeZone, span, visitorId);
  if (interval === 'hour') return findBest(await readDays({ since, until }));
  // The first bar may have begun before the history.
  const bars = points.map(({ start, visits }, index) => ({
    visits,
    since: start < since ? since : start,
    until: points[index + 1]?.start ?? until,
  }));
  const most = findBest(points);
  const largest = most && bars[points.indexOf(most)];
  let best = largest && findBest(await readDays(largest));
  if (!best) return undefined;
  const found = best;
  const others = bars.filter(
    (bar) => bar !== largest && isBetter({ start: bar.since, visits: bar.visits }, found),
  );
  for (const span of mergeSpans(others)) best = findBest([best, ...(await readDays(span))]);
  return best;
}

/** Finds the point with the most visits, the first of equal ones. */
function findBest(points: readonly (HistoryPoint | undefined)[]): HistoryPoint | undefined {
  let best: HistoryPoint | undefined;
  for (const point of points) if (point && point.visits !== '0' && isBetter(point, best)) best = point;
  return best;
}

function isBetter(point: HistoryPoint, other: HistoryPoint | undefined): boolean {
  if (!other) return true;
  const more = BigInt(point.visits) - BigInt(other.visits);
  return more > 0n || (more === 0n && point.start < other.start);
}

/** Joins neighbours, as far as one statement reads their days. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { since, until } of spans) {
    const last = merged.at(-1);
    if (last?.until.getTime() === since.getTime() && until.getTime() - last.since.getTime() <= mostMs) {
      merged[merged.length - 1] = { since: last.since, until };
    } else merged.push({ since, until });
  }
  return merged;
}

async function listDays(
  run: RunStatement,
  timeZone: string,
  { since, until }: Span,
  visitorId: string,
): Promise<HistoryPoint[]> {
  const { starts } = listHistorySlots({ interval: 'day', timeZone, since, until });
  const counts = await countBetween(run, [since, ...starts.slice(1), until], visitorId);
  return starts.map((start, index) => ({ start, visits: counts[index] ?? '0' }));
}
