/** The ranges of the chart. `src/web/ranges.ts` defines them. */
export const chartRanges = ['24h', '7d', '30d', '90d', '1y', 'all'] as const;

/** The defaults of the dashboard's query. */
export const dashboardDefaults = { sort: '-visits', limit: '25', range: '30d' } as const;

/** The dashboard's query in text form, as in its path. */
export interface DashboardQuery {
  readonly sort: string;
  readonly limit: string;
  readonly range: string;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
}

/** Renders the path of a view of the dashboard, without defaults. */
export function renderDashboardPath(query: DashboardQuery): string {
  const search = new URLSearchParams(listParameters(query)).toString();
  return search === '' ? '/' : `/?${search}`;
}

/** Lists the parameters of a view in a fixed order, without defaults. */
export function listParameters(query: Partial<DashboardQuery>): [string, string][] {
  const { sort, limit, range, search, after } = query;
  const given = { search, sort, limit, range, after };
  return Object.entries(given).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[1] !== (dashboardDefaults as Record<string, string>)[entry[0]],
  );
}
