import { fetchFromService } from './fetch-from-service';
import type { History, HistoryInterval } from './history';
import type { ChartRange } from './ranges';
import { viewerZone } from './viewer';

interface HistoryJson {
  readonly interval: HistoryInterval;
  readonly until: string;
  readonly points: readonly { readonly start: string; readonly visits: number }[];
}

/** A history with its end by the clock of the database. */
interface LoadedHistory extends History {
  readonly until: Date;
}

// Before any visit, imported ones included, and few enough months for one response.
const longAgo = new Date(Date.UTC(1970, 0, 1));

const dayMs = 86_400_000;

// The number of points in a history without "since".
const usualBars: Partial<Record<HistoryInterval, number>> = { hour: 24, day: 30, week: 53 };

/**
 * Loads the visits of a range. It ends now by the clock of the database, because the viewer's clock
 * may be wrong. "All" starts at the first visit; its bars are days up to three months, weeks up to
 * two years, and months beyond.
 */
export async function loadHistory(source: string, range: ChartRange, signal: AbortSignal): Promise<History> {
  if (range.bars === undefined) return loadAll(source, signal);
  const { interval, bars } = range;
  if (bars === usualBars[interval]) return request(source, interval, undefined, signal);
  const { until } = await request(source, 'hour', undefined, signal);
  // One day more than needed, so that the first bar is complete in any time zone.
  const since = new Date(until.getTime() - (bars + 1) * dayMs);
  const { points } = await request(source, interval, since, signal);
  return { interval, points: points.slice(-bars) };
}

async function loadAll(source: string, signal: AbortSignal): Promise<History> {
  const months = dropLeadingZeros(await request(source, 'month', longAgo, signal));
  const length = months.points.length;
  if (length > 24) return months;
  const since = months.points[0]?.start;
  return dropLeadingZeros(await request(source, length > 3 ? 'week' : 'day', since, signal));
}

async function request(
  source: string,
  interval: HistoryInterval,
  since: Date | undefined,
  signal: AbortSignal,
): Promise<LoadedHistory> {
  const query = new URLSearchParams({ interval, tz: viewerZone });
  if (since) query.set('since', since.toISOString());
  const response = await fetchFromService(`${source}?${query.toString()}`, 'application/json', signal);
  const history = (await response.json()) as HistoryJson;
  return {
    interval: history.interval,
    until: new Date(history.until),
    points: history.points.map(({ start, visits }) => ({ start: new Date(start), visits })),
  };
}

function dropLeadingZeros({ interval, points }: History): History {
  const first = points.findIndex(({ visits }) => visits > 0);
  return { interval, points: first === -1 ? points.slice(-1) : points.slice(first) };
}
