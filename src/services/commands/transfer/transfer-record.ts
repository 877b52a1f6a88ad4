/** One line of an exported log. Bigints are text; times are RFC 3339 text, so that they keep their microseconds. */
export type TransferRecord = { readonly line: number; readonly username: string } & (
  | { readonly kind: 'visit'; readonly visitedAt: string }
  | { readonly kind: 'visitor'; readonly id: string }
  | { readonly kind: 'opening'; readonly visits: string; readonly id: string; readonly source: string }
);

/** One line of the totals of another counter. */
export interface TotalRecord {
  readonly line: number;
  readonly username: string;
  /** A bigint from 0 on, as text. */
  readonly visits: string;
}
