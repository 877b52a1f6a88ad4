import { z } from 'zod';
import { listQuery, type ListRequest } from '../visitors/list-query';
import { timeZone } from '../parameters';
import { renderCursor } from '../visitors/visitor-cursor';
import { chartRanges, dashboardDefaults, type DashboardQuery } from '../../pages/dashboard-path';

/** What a dashboard is asked for. */
export interface DashboardRequest {
  readonly list: ListRequest;
  /** The same in the words of the path, for the links of the page. */
  readonly query: DashboardQuery;
  /** The zone that "today" is meant in. */
  readonly timeZone: string;
}

const range = z
  .enum(chartRanges, `it is none of ${chartRanges.join(', ')}`)
  .default(dashboardDefaults.range)
  .describe('On the page: the time that the chart shows.');

/** The query of the dashboard: that of the list, with defaults for people, and what only a page has. */
export const dashboardQuery = z
  .looseObject({ range, tz: timeZone })
  .transform(({ tz, range, ...given }, context): DashboardRequest => {
    const { sort, limit } = dashboardDefaults;
    const { data: list, error } = listQuery.safeParse({ sort, limit, ...given });
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
    return list ? { list, query: toQuery(list, range), timeZone: tz } : z.NEVER;
  });

function toQuery({ page }: ListRequest, range: string): DashboardQuery {
  const { order, limit, search, after } = page;
  return {
    sort: `${order.descending ? '-' : ''}${order.by}`,
    limit: String(limit),
    range,
    search,
    after: after && renderCursor(after),
  };
}
