import type { ChangedVisitor, Overview } from '../queries/get-overview';
import { createFeed, type Feed } from './create-feed';
import { joinChanged, type ChangedIds } from './notice';

/** The numbers over all visitors. */
export interface LiveOverview extends Omit<Overview, 'changed'> {
  /** Whose number changed since the state before, hidden visitors left out; undefined: it may be any. */
  readonly changed: readonly ChangedVisitor[] | undefined;
}

/** The feed of the numbers over all visitors. */
export interface OverviewFeed extends Feed<LiveOverview> {
  /** Notes what the next state says about changes. */
  note(changed: ChangedIds): void;
}

type Numbers = Pick<Overview, 'visits' | 'visitors'>;

const nothing: ChangedIds = new Set<string>();

/** Creates the feed. */
export function createOverviewFeed(getOverview: (ids: readonly string[]) => Promise<Overview>): OverviewFeed {
  let noted = nothing;
  const feed: Feed<LiveOverview> = createFeed<LiveOverview>({
    async read() {
      const ids = noted;
      noted = nothing;
      try {
        const overview = await getOverview(ids === 'all' ? [] : [...ids]);
        // Without a notice, nobody said whose number it was.
        const isUnknown = ids === 'all' || (ids.size === 0 && !isSameNumber(feed.last, overview));
        return { ...overview, changed: isUnknown ? undefined : overview.changed };
      } catch (error) {
        noted = 'all';
        throw error;
      }
    },
    isSame: (before, now) => now.changed?.length === 0 && isSameNumber(before, now),
    forNewcomer: (state) => ({ ...state, changed: undefined }),
  });
  return Object.assign(feed, {
    note: (changed: ChangedIds): void => {
      noted = joinChanged(noted, changed);
    },
  });
}

function isSameNumber(before: Numbers | undefined, now: Numbers): boolean {
  return before?.visits === now.visits && before.visitors === now.visitors;
}
