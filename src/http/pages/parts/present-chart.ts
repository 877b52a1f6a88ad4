import type { RangeHistory } from '../../../services/queries/get-range-history';
import { toSafeInteger } from '../../../shared/to-safe-integer';
import type { HistoryProps } from './history';

/** Presents the history of a range as a chart. */
export function presentChart(
  source: string,
  words: string,
  { interval, since, until, points, before, ahead }: RangeHistory,
  { timeZone, now }: { readonly timeZone: string; readonly now: Date },
): HistoryProps {
  const query = { interval, tz: timeZone, since: since.toISOString(), until: until.toISOString() };
  const isRunning = since <= now && now <= until;
  return {
    source: `${source}?${new URLSearchParams(query).toString()}`,
    data: {
      interval,
      words,
      points: points.map(({ start, visits }) => [start.getTime(), toSafeInteger(visits)]),
      running: isRunning ? points.findLastIndex(({ start }) => start < now) : -1,
      before: toSafeInteger(before),
      ahead: toSafeInteger(ahead),
    },
  };
}
