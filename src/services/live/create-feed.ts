import { setTimeout as wait } from 'node:timers/promises';
import { DomainError } from '../../shared/domain-error';
import { paceMs } from './notice';
import { Subscriber } from './subscriber';

/** The states of something that changes. */
export interface Feed<State> {
  /** The state that was read last. */
  readonly last: State | undefined;
  readonly isEmpty: boolean;
  /** Reads the state again, at most four times a second. */
  refresh(): void;
  /**
   * Iterates over the present state and every one after it, until the signal aborts or the feed ends. Each state is
   * read after the one before it, so no number is lower than one before, unless visits were removed.
   * @throws {DomainError} if the first state cannot be read.
   */
  watch(signal: AbortSignal): AsyncGenerator<State, void>;
  /** Ends every iteration. */
  end(): void;
}

/** What a feed reads, and who gets it. */
export interface FeedOptions<State> {
  readonly read: () => Promise<State>;
  /** Whether those who have the first state need not get the second one. */
  readonly isSame: (before: State, now: State) => boolean;
  /** The state for a reader that has not had the one before. */
  readonly forNewcomer: (state: State) => State;
}

const retryMs = 1000;

/** Creates a feed. It reads only while somebody watches. */
export function createFeed<State>({ read, isSame, forNewcomer }: FeedOptions<State>): Feed<State> {
  const subscribers = new Set<Subscriber<State>>();
  let last: State | undefined;
  let isWanted = false;
  let isReading = false;

  const publish = (state: State): void => {
    for (const subscriber of subscribers) {
      if (!subscriber.isNew && last !== undefined && isSame(last, state)) continue;
      subscriber.offer(subscriber.isBehind ? forNewcomer(state) : state);
    }
    last = state;
  };
  /** Returns how long to wait before the next read. */
  const fail = (error: Error): number => {
    const isGone = error instanceof DomainError && error.code === 'visitor-not-found';
    for (const subscriber of subscribers) {
      if (subscriber.isNew) subscriber.end(error);
      else if (isGone) subscriber.end();
    }
    // The others keep their number and get the next one.
    isWanted = true;
    return isGone ? paceMs : retryMs;
  };
  const readWhileWanted = async (): Promise<void> => {
    isReading = true;
    while (isWanted && subscribers.size > 0) {
      isWanted = false;
      const pauseMs = await read().then((state) => {
        publish(state);
        return paceMs;
      }, fail);
      await wait(pauseMs, undefined, { ref: false });
    }
    isReading = false;
  };
  const refresh = (): void => {
    isWanted = true;
    if (!isReading) void readWhileWanted();
  };
  return {
    get last() {
      return last;
    },
    get isEmpty() {
      return subscribers.size === 0;
    },
    refresh,
    async *watch(signal) {
      const subscriber = new Subscriber<State>();
      const leave = (): void => {
        subscribers.delete(subscriber);
        subscriber.end();
      };
      if (signal.aborted) return;
      signal.addEventListener('abort', leave, { once: true });
      subscribers.add(subscriber);
      refresh();
      try {
        for (let state = await subscriber.take(); state !== undefined; state = await subscriber.take()) {
          yield state;
        }
      } finally {
        subscribers.delete(subscriber);
      }
    },
    end() {
      for (const subscriber of subscribers) subscriber.end();
    },
  };
}
