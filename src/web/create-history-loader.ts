import type { History } from './history';
import type { loadHistory } from './load-history';
import type { ChartRange } from './ranges';

type LoadHistory = typeof loadHistory;

// Loading takes at most one sixtieth of the time that the chart is open.
const reuseFactor = 60;

/**
 * Creates a loader that reuses the last history for 60 times as long as it took to load: one that
 * took ten milliseconds is loaded at every refresh, one that took a second once a minute.
 */
export function createHistoryLoader(load: LoadHistory): LoadHistory {
  let last: { source: string; range: ChartRange; history: History; freshUntil: number } | undefined;
  return async (source, range, signal) => {
    const startedAt = performance.now();
    if (last?.source === source && last.range === range && startedAt < last.freshUntil) return last.history;
    const history = await load(source, range, signal);
    const endedAt = performance.now();
    last = { source, range, history, freshUntil: endedAt + (endedAt - startedAt) * reuseFactor };
    return history;
  };
}
