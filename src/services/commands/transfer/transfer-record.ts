/** One line of an exported log. Bigints are text. Times are RFC 3339 text, to keep their microseconds. */
export type TransferRecord = { readonly line: number; readonly username: string } & (
  | { readonly kind: 'visit'; readonly visitedAt: string }
  | { readonly kind: 'visitor'; readonly id: string }
  | { readonly kind: 'opening'; readonly visits: string; readonly id: string; readonly source: string }
);

/**
 * The largest count of one imported line. JSON numbers are exact up to 2^53 - 1, which leaves room for visits to come
 * and for sums.
 */
export const maxImportedCount = 1_000_000_000_000;

/** The largest imported id, which leaves room for the ids of new names. */
export const maxImportedId = 2 ** 52;

/** One name and its total in another counter. */
export interface TotalRecord {
  readonly line: number;
  readonly username: string;
  /** A bigint, not negative, as text. */
  readonly visits: string;
}
