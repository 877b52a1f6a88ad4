import type { HistoryInterval } from './history';

/** A range of the chart. */
export interface ChartRange {
  /** Its value in the address of the page. */
  readonly key: string;
  /** Its label in the switch. */
  readonly name: string;
  /** Its words in a sentence. */
  readonly words: string;
  readonly interval: HistoryInterval;
  /** The number of bars, the current interval included; undefined for all since the first visit. */
  readonly bars?: number;
}

const defaultRange: ChartRange = {
  key: '30d',
  name: '30 days',
  words: 'in the last 30 days',
  interval: 'day',
  bars: 30,
};

/** All ranges, in the order of the switch. */
export const chartRanges: readonly ChartRange[] = [
  { key: '24h', name: '24 h', words: 'in the last 24 hours', interval: 'hour', bars: 24 },
  { key: '7d', name: '7 days', words: 'in the last 7 days', interval: 'day', bars: 7 },
  defaultRange,
  { key: '90d', name: '90 days', words: 'in the last 90 days', interval: 'day', bars: 90 },
  { key: '1y', name: 'Year', words: 'in the last 53 weeks', interval: 'week', bars: 53 },
  { key: 'all', name: 'All', words: 'since the first visit', interval: 'month' },
];

/** Reads the range from the address of a page. */
export function readRange(address: URL): ChartRange {
  const key = address.searchParams.get('range');
  return chartRanges.find((range) => range.key === key) ?? defaultRange;
}

/** Returns the address with the range in it. */
export function withRange(address: URL, { key }: ChartRange): URL {
  const changed = new URL(address);
  if (key === defaultRange.key) changed.searchParams.delete('range');
  else changed.searchParams.set('range', key);
  return changed;
}
