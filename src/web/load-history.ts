import { fetchFromService } from './fetch-from-service';
import type { History, HistoryInterval } from './history';
import { findStart, type ChartRange } from './ranges';
import { viewerZone } from './viewer';

interface HistoryJson {
  readonly interval: HistoryInterval;
  readonly points: readonly { readonly start: string; readonly visits: number }[];
}

// Before any visit, imported ones included, and few enough months for one response.
const longAgo = new Date(Date.UTC(1970, 0, 1));

/**
 * Loads the visits of a range. "All" starts at the first visit. Its bars are days up to three
 * months, weeks up to two years, and months beyond.
 */
export async function loadHistory(source: string, range: ChartRange, signal: AbortSignal): Promise<History> {
  if (range.bars !== undefined) {
    return request(source, range.interval, findStart(range, new Date()), signal);
  }
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
): Promise<History> {
  const query = new URLSearchParams({ interval, tz: viewerZone });
  if (since) query.set('since', since.toISOString());
  const response = await fetchFromService(`${source}?${query.toString()}`, 'application/json', signal);
  const history = (await response.json()) as HistoryJson;
  return {
    interval: history.interval,
    points: history.points.map(({ start, visits }) => ({ start: new Date(start), visits })),
  };
}

function dropLeadingZeros({ interval, points }: History): History {
  const first = points.findIndex(({ visits }) => visits > 0);
  return { interval, points: first === -1 ? points.slice(-1) : points.slice(first) };
}
