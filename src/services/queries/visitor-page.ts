/** One visitor of a list. Bigints stay text until they are presented. */
export interface VisitorRow {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
}

/** The keys that order a list. Names are ordered by code point, equal counts by id. */
export const visitorOrderKeys = ['id', 'visits', 'username'] as const;

/** The order of a list. */
export interface VisitorOrder {
  readonly by: (typeof visitorOrderKeys)[number];
  readonly descending: boolean;
}

/** The end of a page: the values of its last visitor that the order needs. */
export type VisitorCursor =
  | { readonly by: 'id'; readonly id: string }
  | { readonly by: 'visits'; readonly visits: string; readonly id: string }
  | { readonly by: 'username'; readonly username: string };

/** The visits with `since <= visited_at < until`. An open end is undefined. */
export interface VisitWindow {
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}

/** Which page of the visitors to read. */
export interface VisitorPageRequest {
  readonly order: VisitorOrder;
  /** 1 to 1000. */
  readonly limit: number;
  /** The end of the previous page. Its `by` is that of the order. */
  readonly after: VisitorCursor | undefined;
  /** Only names that begin with this text. Undefined: all names. */
  readonly search: string | undefined;
}

/** A page, and where the next one begins, if there is one. */
export interface VisitorPage {
  readonly visitors: readonly VisitorRow[];
  readonly next: VisitorCursor | undefined;
}

/** Makes a page of rows that were read with one more than the limit, which shows whether there is a next page. */
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
