/** When to load the page again. */
export interface Pace {
  begin(): void;
  succeed(): void;
  fail(): void;
  /** The service announced a change. */
  noteChange(): void;
  /** Returns the milliseconds until the next load. */
  next(isLive: boolean): number;
}

/** The time between loads without events. */
export const refreshSeconds = 10;
// Ages and the last hour change without a visit.
const settledRefreshSeconds = 60;
// Loading after events takes at most a quarter of the time.
const leastPauseMs = 1000;
const pauseFactor = 4;

/** Creates the pace: soon after an event, and otherwise every ten seconds, or every minute while nothing changes. */
export function createPace(): Pace {
  let begunAt = 0;
  let changedAt = 0;
  let notBefore = 0;
  let isDue = false;
  return {
    begin() {
      begunAt = performance.now();
      isDue = false;
    },
    succeed() {
      notBefore = begunAt + Math.max(leastPauseMs, (performance.now() - begunAt) * pauseFactor);
    },
    fail() {
      notBefore = performance.now() + refreshSeconds * 1000;
      isDue = true;
    },
    noteChange() {
      changedAt = performance.now();
      isDue = true;
    },
    next(isLive) {
      const now = performance.now();
      const soonest = Math.max(0, notBefore - now);
      const isSettled = now - changedAt > settledRefreshSeconds * 1000;
      const seconds = isLive && isSettled ? settledRefreshSeconds : refreshSeconds;
      return isDue ? soonest : Math.max(soonest, seconds * 1000);
    },
  };
}
