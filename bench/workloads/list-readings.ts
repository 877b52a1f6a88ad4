import type { ContenderName, Reading } from '../contenders/contender';
import { nameVisitor } from '../database/seed-visits';

/** Name of a workload that reads one thing. */
export type ReadingName =
  | 'badge'
  | 'badge-today'
  | 'spark'
  | 'one-visitor'
  | 'list'
  | 'list-25'
  | 'summary'
  | 'history'
  | 'dashboard'
  | 'window';

/** What such a workload requests. */
export interface ReadingPlan {
  readonly name: ReadingName;
  readonly title: string;
  readonly share: number;
  readonly reading: Reading;
  readonly sameLength?: boolean;
  readonly contenders?: readonly ContenderName[];
}

/** A browser's request for a page. */
export const html = 'text/html';

/** The start of the last `days` days, as a query takes it. */
export function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}

/** Lists what is read, each by a workload of its own. */
export function listReadings(now: Date): ReadingPlan[] {
  const month = daysBefore(now, 30);
  const three = ['original', 'bare', 'footfall', 'crowd'] as const;
  return [
    {
      name: 'badge',
      title: 'badge',
      share: 0.25,
      reading: { path: `/-/badge/${nameVisitor(1)}.svg` },
      sameLength: true,
    },
    {
      name: 'badge-today',
      title: 'badge of today',
      share: 0.2,
      reading: { path: `/-/badge/${nameVisitor(1)}.svg?period=today` },
      sameLength: true,
    },
    {
      name: 'spark',
      title: 'line of 30 days',
      share: 0.2,
      reading: { path: `/-/spark/${nameVisitor(1)}.svg` },
    },
    {
      name: 'one-visitor',
      title: 'one visitor',
      share: 0.25,
      reading: { path: `/-/visitors/${nameVisitor(1)}` },
      contenders: three,
    },
    {
      name: 'list',
      title: 'list of 1,000 visitors',
      share: 0.05,
      reading: { path: '/' },
      contenders: three,
    },
    { name: 'list-25', title: 'list of 25 visitors', share: 0.2, reading: { path: '/?limit=25' } },
    { name: 'summary', title: 'summary', share: 0.2, reading: { path: '/-/summary' } },
    {
      name: 'history',
      title: 'history of 30 days',
      share: 0.2,
      reading: { path: '/-/history?interval=day' },
    },
    { name: 'dashboard', title: 'dashboard page', share: 0.05, reading: { path: '/', accept: html } },
    {
      name: 'window',
      title: 'top list of the last 30 days',
      share: 0.2,
      reading: { path: `/?since=${month}&sort=-visits&limit=25` },
    },
  ];
}
