import { setTimeout as wait } from 'node:timers/promises';
import { traceFailures } from './failure-trace.mjs';
import { startSteadyLoad } from './steady-load.mjs';

/** Loads that remember every visit that was answered, over the whole run. */
export function createLoads(hosts) {
  const loads = [];
  return {
    /**
     * Visits names of its own at 200 a second while something is done, and for a while before and after, and then holds
     * the books against what is counted.
     * @param {(load: object) => Promise<string | void>} work may return a figure.
     * @param {{urls?: string[], mayFail?: boolean}} options by default every host is asked and no visit may fail.
     */
    async run(title, work, { urls = hosts.map(({ url }) => url), mayFail = false } = {}) {
      const names = [1, 2, 3, 4, 5].map((number) => `${title}-${loads.length}-${number}`);
      const since = new Date().toISOString();
      const load = startSteadyLoad(urls, { names });
      loads.push(load);
      let figure;
      try {
        await wait(2000);
        figure = await work(load);
        await wait(2000);
      } finally {
        await load.stop();
      }
      const books = await load.settle();
      if (!mayFail && load.countFailures() > 0) {
        const trace = await traceFailures(hosts, since).catch(({ message }) => `no trace: ${message}`);
        throw new Error(`visits failed: ${books}\n${trace}`);
      }
      return [figure, books].filter(Boolean).join('; ');
    },
    /** The answered visits by name, of all loads so far. */
    listAnswered: () => loads.flatMap((load) => load.listAnswered()),
  };
}
