import { z } from 'zod';
import { chartRanges, dashboardDefaults, type DashboardQuery } from '../../pages/dashboard-path';
import { timeZone } from '../parameters';
import { listQuery, renderSort, type ListRequest } from '../visitors/list-query';
import { renderCursor } from '../visitors/visitor-cursor';

/** A parsed dashboard query. */
export interface DashboardRequest {
  readonly list: ListRequest;
  /** The query in text form, for the links of the page. */
  readonly query: DashboardQuery;
  /** The time zone of "today". */
  readonly timeZone: string;
}

const range = z
  .enum(chartRanges, `must be one of ${chartRanges.join(', ')}`)
  .default(dashboardDefaults.range)
  .describe('Only for the page: the range of the chart.');

/** The query of the dashboard: that of the list with other defaults, plus `range` and `tz`. */
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
    sort: renderSort(order),
    limit: String(limit),
    range,
    search,
    after: after && renderCursor(after),
  };
}
