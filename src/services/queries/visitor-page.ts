/** One visitor as a query hands it over; bigints stay text until they are presented. */
export interface VisitorRow {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
}

/** By what a list can be ordered. Names are ordered by code point; equal counts are ordered by id. */
export const visitorOrderKeys = ['id', 'visits', 'username'] as const;

/** The order of a list. */
export interface VisitorOrder {
  readonly by: (typeof visitorOrderKeys)[number];
  readonly descending: boolean;
}

/** Where a page ends: what the order needs to know of its last visitor. */
export type VisitorCursor =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'visits'; readonly visits: string; readonly id: string }
  | { readonly by: 'username'; readonly username: string };

/** Counts only visits with `since <= visited_at < until`; an open end is undefined. */
export interface VisitWindow {
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}

/** Which page of the visitors is wanted. */
export interface VisitorPageRequest {
  readonly order: VisitorOrder;
  /** 1 to 1000. */
  readonly limit: number;
  /** The end of the page before; its `by` is that of the order. */
  readonly after: VisitorCursor | undefined;
  /** Only names that begin with this text, taken as it is; undefined: all. */
  readonly search: string | undefined;
}

/** A page and where the next one begins, if there is one. */
export interface VisitorPage {
  readonly visitors: readonly VisitorRow[];
  readonly next: VisitorCursor | undefined;
}

/** Makes a page of rows that were fetched with one more than the limit, to see whether there is a next one. */
export function toVisitorPage(
  rows: readonly VisitorRow[],
  { order, limit }: VisitorPageRequest,
): VisitorPage {
  const visitors = rows.slice(0, limit);
  const last = visitors.at(-1);
  if (rows.length <= limit || !last) return { visitors, next: undefined };
  const { id, username, visits } = last;
  if (order.by === 'visits') return { visitors, next: { by: 'visits', visits, id } };
  return { visitors, next: order.by === 'id' ? { by: 'id', id } : { by: 'username', username } };
}
