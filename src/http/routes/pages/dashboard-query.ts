import { z } from 'zod';
import type { RangeRequest } from '../../../services/queries/range';
import { comparisons, viewDefaults, type DashboardQuery, type RangeQuery } from '../../pages/view-path';
import { timeZone } from '../parameters';
import { rangeParameters, toRange } from '../range-query';
import { listQuery, renderSort, type ListRequest } from '../visitors/list-query';
import { renderCursor } from '../visitors/visitor-cursor';

/** A parsed range of a page. */
export interface RangeView<Query extends RangeQuery> {
  /** Undefined: the service chooses. */
  readonly range: RangeRequest | undefined;
  /** The query in text form, for the links of the page. */
  readonly query: Query;
  /** The time zone of days. */
  readonly timeZone: string;
}

/** A parsed dashboard query. */
export interface DashboardRequest extends RangeView<DashboardQuery> {
  readonly list: ListRequest;
}

const pageParameters = rangeParameters.extend({
  compare: z
    .enum(comparisons, `must be one of ${comparisons.join(', ')}`)
    .default(viewDefaults.compare)
    .describe('Whether to show the change from the period before.'),
  tz: timeZone,
});

/** The query of the page of a visitor: the range. */
export const visitorPageQuery = pageParameters.transform((given, context) => toRangeView(given, context));

/** The query of the dashboard: that of the list with other defaults, and the range. */
export const dashboardQuery = z
  .looseObject(pageParameters.shape)
  .transform(({ range, from, to, compare, tz, ...given }, context): DashboardRequest => {
    const view = toRangeView({ range, from, to, compare, tz }, context);
    const { sort, limit } = viewDefaults;
    const { data: list, error } = listQuery.safeParse({ sort, limit, ...given });
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
    return list ? { list, ...view, query: { ...view.query, ...toQuery(list) } } : z.NEVER;
  });

function toRangeView(
  { compare, tz, ...given }: z.infer<typeof pageParameters>,
  context: Parameters<typeof toRange>[1],
): RangeView<RangeQuery> {
  const range = toRange(given, context);
  const query = range && 'key' in range ? { range: range.key, compare } : { ...range, compare };
  return { range, query, timeZone: tz };
}

function toQuery({ page }: ListRequest): Omit<DashboardQuery, keyof RangeQuery> {
  const { order, limit, search, after } = page;
  return {
    sort: renderSort(order),
    limit: String(limit),
    search,
    after: after && renderCursor(after),
  };
}
