import type { Reading } from '../contenders/contender';
import { nameVisitor } from '../database/seed-visits';
import type { GrowthName, GrowthSeries } from '../report/report';
import { daysBefore, html } from '../workloads/list-readings';

/** A series that is measured by a command of the product. */
export type CommandSeries = 'verify' | 'rebuild';

/** A series that is measured by requests. */
export type RequestSeries = Exclude<GrowthSeries, 'groupBy' | CommandSeries>;

/** One kind of growth: what grows, and what is measured at each size. */
export interface Growth {
  readonly name: GrowthName;
  readonly title: string;
  readonly unit: 'events' | 'names';
  /** In this order. */
  readonly series: readonly GrowthSeries[];
  readonly shuffled: boolean;
}

const overTime: readonly GrowthSeries[] = [
  ...(['list', 'top', 'visitor', 'summary', 'historyHours', 'historyDays', 'historyMonths'] as const),
  ...(['visitorHours', 'visitorDays', 'visitorMonths', 'window', 'windowAll', 'dashboard'] as const),
];

/** All kinds of growth. Recording comes after the reads and is for another visitor, so it does not affect them. */
export const growths: readonly Growth[] = [
  {
    name: 'growth',
    title: 'growth of the log, in order of time, 1,000 visitors',
    unit: 'events',
    series: [...overTime, 'record', 'groupBy', 'verify', 'rebuild'],
    shuffled: false,
  },
  {
    name: 'growth-shuffled',
    title: 'growth of the log, not in order of time, 1,000 visitors',
    unit: 'events',
    series: overTime,
    shuffled: true,
  },
  {
    name: 'growth-names',
    title: 'growth of the names, one visit each',
    unit: 'names',
    series: ['list', 'top', 'topNext', 'search', 'summary', 'dashboard'],
    shuffled: false,
  },
];

/** Titles for tables and plots. */
export const seriesTitles: Readonly<Record<GrowthSeries, string>> = {
  list: 'list',
  top: 'top list',
  topNext: 'next page of the top list',
  search: 'searched and sorted',
  visitor: 'one visitor',
  summary: 'summary',
  historyHours: 'history of 7 days by hour',
  historyDays: 'history of 30 days by day',
  historyMonths: 'history of all by month',
  visitorHours: 'one visitor’s 7 days by hour',
  visitorDays: 'one visitor’s 30 days by day',
  visitorMonths: 'one visitor’s history by month',
  window: 'top list of 30 days',
  windowAll: 'top list of a window over all',
  dashboard: 'dashboard page',
  record: 'record',
  groupBy: 'group-by over the log',
  verify: '`totals verify`',
  rebuild: '`totals rebuild`',
};

const topList = '/?sort=-visits&limit=25';

/** The requests of all series; `url` is the service, which is asked for the next page. */
export async function listRequests(
  url: string,
  series: readonly GrowthSeries[],
): Promise<ReadonlyMap<GrowthSeries, Reading>> {
  const now = new Date();
  const [week, month, all] = [7, 30, 100].map((days) => `since=${daysBefore(now, days)}`);
  const visitor = nameVisitor(50);
  const readings: Readonly<Record<RequestSeries, Reading>> = {
    list: { path: '/' },
    top: { path: '/?sort=-visits' },
    topNext: { path: series.includes('topNext') ? await readNextPage(url) : '/' },
    search: { path: `/?search=${nameVisitor(1)}&sort=-visits&limit=25` },
    visitor: { path: `/-/visitors/${visitor}` },
    summary: { path: '/-/summary' },
    historyHours: { path: `/-/history?interval=hour&${week}` },
    historyDays: { path: `/-/history?interval=day&${month}` },
    historyMonths: { path: `/-/history?interval=month&${all}` },
    visitorHours: { path: `/-/visitors/${visitor}/history?interval=hour&${week}` },
    visitorDays: { path: `/-/visitors/${visitor}/history?interval=day&${month}` },
    visitorMonths: { path: `/-/visitors/${visitor}/history?interval=month&${all}` },
    window: { path: `${topList}&${month}` },
    windowAll: { path: `${topList}&${all}` },
    dashboard: { path: '/', accept: html },
    record: { path: `/${nameVisitor(25)}` },
  };
  return new Map(Object.entries(readings) as [GrowthSeries, Reading][]);
}

async function readNextPage(url: string): Promise<string> {
  const page = (await (await fetch(`${url}${topList}`)).json()) as { readonly next: string };
  return page.next;
}
