import type { HistoryInterval, HistoryPoint } from './history';
import { viewerLanguage, viewerZone } from './viewer';

type Options = Intl.DateTimeFormatOptions;

const full: Record<HistoryInterval, Options> = {
  hour: { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  week: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

const short: Record<HistoryInterval, Options> = {
  hour: { hour: 'numeric', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: '2-digit' },
};

const number = new Intl.NumberFormat(viewerLanguage);
const compact = new Intl.NumberFormat(viewerLanguage, { notation: 'compact', maximumFractionDigits: 1 });

/** Formats a count in full. */
export function formatCount(visits: number): string {
  return number.format(visits);
}

/** Formats a count with its unit. */
export function formatVisits(visits: number): string {
  return `${formatCount(visits)} ${visits === 1 ? 'visit' : 'visits'}`;
}

/** Abbreviates a count for an axis. */
export function formatTick(visits: number): string {
  return compact.format(visits);
}

/** Creates the formats of an interval: full for readers, short for the axis. */
export function createIntervalFormat(interval: HistoryInterval): {
  readonly full: (point: HistoryPoint) => string;
  readonly short: (point: HistoryPoint) => string;
} {
  const create = (options: Options) =>
    new Intl.DateTimeFormat(viewerLanguage, { ...options, timeZone: viewerZone });
  const [fullFormat, shortFormat] = [create(full[interval]), create(short[interval])];
  const before = interval === 'week' ? 'Week of ' : '';
  return {
    full: ({ start, label }) => label?.full ?? `${before}${fullFormat.format(start)}`,
    short: ({ start, label }) => label?.short ?? shortFormat.format(start),
  };
}
