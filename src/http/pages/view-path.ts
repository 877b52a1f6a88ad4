import type { RangeKey } from '../../services/queries/range';

/** Whether a page shows the change from the period before. */
export const comparisons = ['previous', 'none'] as const;

/** The defaults of the query of a page. Without a range, the service chooses one. */
export const viewDefaults = { sort: '-visits', limit: '25', compare: 'previous' } as const;

/** The range of a page in text form, as in its path: a name, own dates, or none. */
export interface RangeQuery {
  readonly range?: RangeKey | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly compare: (typeof comparisons)[number];
}

/** The names of the parameters of a range. */
export const rangeNames = ['range', 'from', 'to', 'compare'] as const;

/** The dashboard's query in text form, as in its path. */
export interface DashboardQuery extends RangeQuery {
  readonly sort: string;
  readonly limit: string;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
}

/** Renders the path of a view of a page, without defaults. */
export function renderViewPath(path: string, query: Partial<DashboardQuery>): string {
  const search = new URLSearchParams(listParameters(query)).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** Lists the parameters of a view in a fixed order, without defaults. */
export function listParameters(query: Partial<DashboardQuery>): [string, string][] {
  const { sort, limit, range, from, to, compare, search, after } = query;
  const given = { search, sort, limit, range, from, to, compare, after };
  return Object.entries(given).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[1] !== (viewDefaults as Record<string, string>)[entry[0]],
  );
}

/** Returns the path of the page of a visitor. */
export function toVisitorPath(username: string): string {
  return `/-/visitors/${encodeURIComponent(username)}`;
}
