/** The channel of the notices. Every release must use the same one. */
export const liveChannel = 'footfall_visits';

/** The least time between two notices of a process, and between two reads of a feed, in milliseconds. */
export const paceMs = 250;

/** Most ids in one notice. PostgreSQL allows less than 8,000 bytes, and an id has at most 19 digits. */
export const mostIds = 300;

/** The ids of visitors that may have changed, or `all`. */
export type ChangedIds = ReadonlySet<string> | 'all';

/** Parses the payload of a notice: ids separated by commas. Anything else stands for all visitors. */
export function parseNotice(payload: string): ChangedIds {
  return /^\d{1,19}(?:,\d{1,19})*$/.test(payload) ? new Set(payload.split(',')) : 'all';
}

/** Joins what changed in two notices. */
export function joinChanged(one: ChangedIds, other: ChangedIds): ChangedIds {
  if (one === 'all' || other === 'all') return 'all';
  const joined = new Set([...one, ...other]);
  return joined.size > mostIds ? 'all' : joined;
}
