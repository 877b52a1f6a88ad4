import type { Dashboard } from '../../../services/queries/get-dashboard';
import type { RangeHistory } from '../../../services/queries/get-range-history';
import type { VisitorRange } from '../../../services/queries/get-visitor-range';
import { findDate, type RangeRequest } from '../../../services/queries/range';
import type { DashboardPageProps } from '../../pages/dashboard-page';
import type { Formats } from '../../pages/format';
import { describeRange, formatDay, formatSpan } from '../../pages/format-range';
import { presentChart } from '../../pages/parts/present-chart';
import type { RangeQuery } from '../../pages/view-path';
import { toVisitorPath } from '../../pages/view-path';
import type { VisitorPageProps } from '../../pages/visitor-page';
import { presentRangeSummary, presentVisitorRange } from '../history/range-json';
import { renderCursor } from '../visitors/visitor-cursor';
import { presentVisitor, presentVisitorDetail } from '../visitors/visitor-json';
import type { DashboardRequest, RangeView } from './dashboard-query';

/** Presents the dashboard, except for what is the same in every answer. */
export function presentDashboardPage(
  dashboard: Dashboard,
  { query, timeZone }: DashboardRequest,
  format: Formats,
): Omit<DashboardPageProps, 'assets' | 'canSignOut'> {
  const { range, history, list, sparks, readAt } = dashboard;
  const { range: figures, previous, ...totals } = presentRangeSummary(dashboard);
  const isCompared = query.compare === 'previous';
  return {
    query,
    bar: presentBar(range, history, timeZone),
    summary: { ...totals, range: figures, previous: isCompared ? previous : null },
    chart: presentChart('/-/history', describeRange(range), history, { timeZone, now: readAt }),
    visitors: list.visitors.map((visitor) => ({
      ...presentVisitor(visitor),
      spark: sparks.get(visitor.id)?.map(Number),
    })),
    next: list.next && renderCursor(list.next),
    timeZone,
    format,
    now: readAt,
  };
}

/** Presents the page of a visitor, except for what is the same in every answer. */
export function presentVisitorPage(
  found: VisitorRange,
  { query, timeZone }: RangeView<RangeQuery>,
  format: Formats,
): Omit<VisitorPageProps, 'assets' | 'canSignOut'> {
  const { visitor, range, history, bestDay, readAt } = found;
  const {
    range: figures,
    previous,
    place,
    best_day: best,
    average_per_day,
  } = presentVisitorRange(found, timeZone);
  const path = toVisitorPath(visitor.username);
  return {
    query,
    bar: { path, ...presentBar(range, history, timeZone) },
    visitor: presentVisitorDetail(visitor),
    figures: {
      visits: figures.visits,
      before: query.compare === 'previous' ? previous?.visits : undefined,
      place,
      bestDay: bestDay && best ? { day: formatDay(bestDay.start, timeZone), visits: best.visits } : null,
      averagePerDay: average_per_day,
    },
    chart: presentChart(`${path}/history`, describeRange(range), history, { timeZone, now: readAt }),
    format,
    now: visitor.readAt,
  };
}

function presentBar(range: RangeRequest, history: RangeHistory, timeZone: string): DashboardPageProps['bar'] {
  const { since, until, interval } = history;
  const isOfHours = interval === 'hour';
  return {
    current: 'key' in range ? range.key : undefined,
    covers: `${formatSpan(history, timeZone, isOfHours)}, ${timeZone}`,
    dates: { from: findDate(timeZone, since), to: findDate(timeZone, new Date(until.getTime() - 1)) },
  };
}
