import { fetchFromService } from './fetch-from-service';
import type { History, HistoryInterval, HistoryPoint } from './history';
import type { ChartRange } from './ranges';
import { viewerZone } from './viewer';

interface HistoryJson {
  readonly interval: HistoryInterval | 'all';
  readonly until: string;
  readonly points: readonly { readonly start: string; readonly visits: number }[];
}

/** A history with its end by the clock of the database. */
interface LoadedHistory extends History {
  readonly until: Date;
}

/** A span of time. Without a start the service chooses one; without an end it is now. */
interface Span {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

// Few enough months for one response. Older visits share a bar.
const longAgo = new Date(Date.UTC(1970, 0, 1));
// The end of what the service accepts.
const farAhead = new Date('9999-12-31T23:59:59.999Z');

const dayMs = 86_400_000;

// The number of points in a history without "since".
const usualBars: Partial<Record<HistoryInterval, number>> = { hour: 24, day: 30, week: 53 };

/**
 * Loads the visits of a range. It ends now by the clock of the database, because the viewer's clock
 * may be wrong. "All" starts at the first visit; its bars are days up to three months, weeks up to
 * two years, and months beyond. Visits before 1970, and those that an import dated ahead of the
 * database's clock, have a bar each.
 */
export async function loadHistory(source: string, range: ChartRange, signal: AbortSignal): Promise<History> {
  if (range.bars === undefined) return loadAll(source, signal);
  const { interval, bars } = range;
  if (bars === usualBars[interval]) return request(source, interval, {}, signal);
  const { until } = await request(source, 'hour', {}, signal);
  // One day more than needed, so that the first bar is complete in any time zone.
  const since = new Date(until.getTime() - (bars + 1) * dayMs);
  const { points } = await request(source, interval, { since }, signal);
  return { interval, points: points.slice(-bars) };
}

async function loadAll(source: string, signal: AbortSignal): Promise<History> {
  const { until, ...months } = await request(source, 'month', { since: longAgo }, signal);
  const [before, ahead] = await Promise.all([
    countVisits(source, { until: longAgo }, signal),
    countVisits(source, { since: until, until: farAhead }, signal),
  ]);
  const { interval, points } = await refine(source, dropLeadingZeros(months), signal);
  return {
    interval,
    points: [
      ...showBeside(new Date(longAgo.getTime() - 1), before, { full: 'Before 1970', short: '< 1970' }),
      ...points,
      ...showBeside(until, ahead, { full: 'Dated ahead', short: '> now' }),
    ],
  };
}

function showBeside(start: Date, visits: number, label: HistoryPoint['label']): HistoryPoint[] {
  return visits > 0 && label ? [{ start, visits, label }] : [];
}

/** Replaces a few months by weeks or days. */
async function refine(source: string, months: History, signal: AbortSignal): Promise<History> {
  const length = months.points.length;
  if (length > 24) return months;
  const since = months.points[0]?.start;
  return dropLeadingZeros(await request(source, length > 3 ? 'week' : 'day', { since }, signal));
}

async function countVisits(source: string, span: Span, signal: AbortSignal): Promise<number> {
  const { points } = await fetchHistory(source, 'all', span, signal);
  return points[0]?.visits ?? 0;
}

async function request(
  source: string,
  interval: HistoryInterval,
  span: Span,
  signal: AbortSignal,
): Promise<LoadedHistory> {
  const { until, points } = await fetchHistory(source, interval, span, signal);
  return {
    interval,
    until: new Date(until),
    points: points.map(({ start, visits }) => ({ start: new Date(start), visits })),
  };
}

async function fetchHistory(
  source: string,
  interval: HistoryJson['interval'],
  { since, until }: Span,
  signal: AbortSignal,
): Promise<HistoryJson> {
  const query = new URLSearchParams({ interval, tz: viewerZone });
  if (since) query.set('since', since.toISOString());
  if (until) query.set('until', until.toISOString());
  const response = await fetchFromService(`${source}?${query.toString()}`, 'application/json', signal);
  return (await response.json()) as HistoryJson;
}

function dropLeadingZeros({ interval, points }: History): History {
  const first = points.findIndex(({ visits }) => visits > 0);
  return { interval, points: first === -1 ? points.slice(-1) : points.slice(first) };
}
