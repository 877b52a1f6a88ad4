/** The ranges of a chart; the browser knows what they mean. */
export const chartRanges = ['24h', '7d', '30d', '90d', '1y', 'all'] as const;

/** What the query of the dashboard can say, and what holds when it says nothing. */
export const dashboardDefaults = { sort: '-visits', limit: '25', range: '30d' } as const;

/** The query of a dashboard in the words of its path. */
export interface DashboardQuery {
  readonly sort: string;
  readonly limit: string;
  readonly range: string;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
}

/** Writes the path of a view of the dashboard, without what holds anyway. */
export function renderDashboardPath(query: DashboardQuery): string {
  const search = new URLSearchParams(listParameters(query)).toString();
  return search === '' ? '/' : `/?${search}`;
}

/** The parameters of a view that are worth saying, in a fixed order. */
export function listParameters(query: Partial<DashboardQuery>): [string, string][] {
  const { sort, limit, range, search, after } = query;
  const given = { search, sort, limit, range, after };
  return Object.entries(given).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[1] !== (dashboardDefaults as Record<string, string>)[entry[0]],
  );
}
