import type { HistoryInterval } from './history';

/** A range that a chart can show. */
export interface ChartRange {
  /** The word that the address of a page uses for it. */
  readonly key: string;
  /** What the switch says. */
  readonly name: string;
  /** What a sentence about the range says. */
  readonly words: string;
  readonly interval: HistoryInterval;
  /** How many bars; undefined: as many as there are since the first visit. */
  readonly bars?: number;
}

const usualRange: ChartRange = {
  key: '30d',
  name: '30 days',
  words: 'in the last 30 days',
  interval: 'day',
  bars: 30,
};

/** The ranges in the order in which they are offered. */
export const chartRanges: readonly ChartRange[] = [
  { key: '24h', name: '24 h', words: 'in the last 24 hours', interval: 'hour', bars: 24 },
  { key: '7d', name: '7 days', words: 'in the last 7 days', interval: 'day', bars: 7 },
  usualRange,
  { key: '90d', name: '90 days', words: 'in the last 90 days', interval: 'day', bars: 90 },
  { key: '1y', name: 'Year', words: 'in the last 53 weeks', interval: 'week', bars: 53 },
  { key: 'all', name: 'All', words: 'since the first visit', interval: 'month' },
];

/** Reads the range out of the address of a page. */
export function readRange(address: URL): ChartRange {
  const key = address.searchParams.get('range');
  return chartRanges.find((range) => range.key === key) ?? usualRange;
}

/** Writes the range into the address of a page. */
export function withRange(address: URL, { key }: ChartRange): URL {
  const changed = new URL(address);
  if (key === usualRange.key) changed.searchParams.delete('range');
  else changed.searchParams.set('range', key);
  return changed;
}

/**
 * Finds where a range of bars begins, in the zone of the device: on the full hour, day or Monday, so that the first
 * bar is whole. The last one is the interval under way.
 */
export function findStart({ interval, bars }: ChartRange, now: Date): Date | undefined {
  if (bars === undefined) return undefined;
  const back = bars - 1;
  if (interval === 'hour') return new Date(new Date(now).setMinutes(0, 0, 0) - back * 3_600_000);
  const sinceMonday = (now.getDay() + 6) % 7;
  const days = interval === 'week' ? back * 7 + sinceMonday : back;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
}
