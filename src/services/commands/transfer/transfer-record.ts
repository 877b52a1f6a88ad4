/** One line of an exported log. Bigints are text. Times are RFC 3339 text, to keep their microseconds. */
export type TransferRecord = { readonly line: number; readonly username: string } & (
  | { readonly kind: 'visit'; readonly visitedAt: string }
  | { readonly kind: 'visitor'; readonly id: string }
  | { readonly kind: 'opening'; readonly visits: string; readonly id: string; readonly source: string }
);

/** One name and its total in another counter. */
export interface TotalRecord {
  readonly line: number;
  readonly username: string;
  /** A bigint, not negative, as text. */
  readonly visits: string;
}
