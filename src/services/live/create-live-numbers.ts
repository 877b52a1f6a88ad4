import { DomainError } from '../../shared/domain-error';
import type { Overview } from '../queries/get-overview';
import type { VisitorDetail } from '../queries/get-visitors';
import { createFeed, type Feed } from './create-feed';
import { createOverviewFeed, type LiveOverview } from './create-overview-feed';
import { liveChannel, parseNotice, type ChangedIds } from './notice';

/** Listens on a channel of the database until the returned function is called. */
export type Listen = (
  channel: string,
  handlers: {
    readonly onNotice: (payload: string) => void;
    /** Called each time notices begin to arrive, and each time they no longer do. */
    readonly onListening: (isListening: boolean) => void;
  },
) => () => Promise<void>;

/** What the numbers are read with, and how changes are noticed. */
export interface LiveSources {
  readonly getVisitor: (username: string) => Promise<VisitorDetail>;
  readonly getOverview: (ids: readonly string[]) => Promise<Overview>;
  /** Undefined: the numbers are read every second. */
  readonly listen: Listen | undefined;
}

/** Numbers that move as visits are committed, by this process or another one. */
export interface LiveNumbers {
  watchOverview(signal: AbortSignal): AsyncIterable<LiveOverview>;
  /** Ends when the visitor is no longer there. The first step throws {DomainError} `visitor-not-found`. */
  watchVisitor(username: string, signal: AbortSignal): AsyncIterable<VisitorDetail>;
  /** Ends everything that is watched, and stops to listen. */
  stop(): Promise<void>;
}

const tickMs = 1000;
// Without a notice: visits that were not announced, such as those of psql.
const ticksBetweenReads = 10;

/** Creates the live numbers of a process. It listens from the first watcher to the last one. */
export function createLiveNumbers({ getVisitor, getOverview, listen }: LiveSources): LiveNumbers {
  const overview = createOverviewFeed(getOverview);
  const byName = new Map<string, Feed<VisitorDetail>>();
  let stopListening: (() => Promise<void>) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isListening = false;
  let isStopped = false;
  let ticks = 0;

  const refreshAll = (): void => {
    overview.refresh();
    for (const feed of byName.values()) feed.refresh();
  };
  const apply = (changed: ChangedIds): void => {
    overview.note(changed);
    overview.refresh();
    for (const feed of byName.values()) {
      // Without a state, the id is not known yet.
      if (changed === 'all' || !feed.last || changed.has(feed.last.id)) feed.refresh();
    }
  };
  const open = (): void => {
    if (isStopped) throw new DomainError('overloaded', 'The service is stopping. Ask again.');
    if (timer) return;
    ticks = 0;
    timer = setInterval(tick, tickMs).unref();
    stopListening = listen?.(liveChannel, {
      onNotice: (payload) => apply(parseNotice(payload)),
      onListening: (is) => {
        isListening = is;
        // Notices before this one are lost.
        if (is) refreshAll();
      },
    });
  };
  const close = async (): Promise<void> => {
    clearInterval(timer);
    timer = undefined;
    isListening = false;
    const stop = stopListening;
    stopListening = undefined;
    await stop?.();
  };
  const tick = (): void => {
    ticks += 1;
    for (const [name, feed] of byName) if (feed.isEmpty) byName.delete(name);
    if (isListening && ticks % ticksBetweenReads !== 0) return;
    if (overview.isEmpty && byName.size === 0) void close();
    else refreshAll();
  };
  const findFeed = (username: string): Feed<VisitorDetail> => {
    const feed =
      byName.get(username) ??
      createFeed<VisitorDetail>({
        read: () => getVisitor(username),
        isSame: (before, now) => before.id === now.id && before.visits === now.visits,
        forNewcomer: (state) => state,
      });
    byName.set(username, feed);
    return feed;
  };
  return {
    watchOverview(signal) {
      open();
      return overview.watch(signal);
    },
    watchVisitor(username, signal) {
      open();
      return findFeed(username).watch(signal);
    },
    async stop() {
      isStopped = true;
      overview.end();
      for (const feed of byName.values()) feed.end();
      await close();
    },
  };
}
