import { setTimeout as wait } from 'node:timers/promises';
import { traceFailures } from './failure-trace.mjs';
import { startSteadyLoad } from './steady-load.mjs';

/** Creates loads that record every answered visit of the whole run. */
export function createLoads(hosts, usualPerSecond = 200) {
  const loads = [];
  const run = async (title, work, options = {}) => {
    const { urls = hosts.map(({ url }) => url), mayFail = false, perSecond = usualPerSecond } = options;
    const names = [1, 2, 3, 4, 5].map((number) => `${title}-${loads.length}-${number}`);
    const since = new Date().toISOString();
    const load = startSteadyLoad(urls, { names, perSecond });
    loads.push(load);
    let figure;
    try {
      await wait(2000);
      figure = await work(load);
      await wait(2000);
    } finally {
      await load.stop();
    }
    const summary = await load.summarise();
    if (!mayFail && load.countFailures() > 0) {
      const trace = await traceFailures(hosts, since).catch(({ message }) => `no trace: ${message}`);
      throw new Error(`visits failed: ${summary}\n${load.describeFailures()}\n${trace}`);
    }
    return [figure, summary].filter(Boolean).join('; ');
  };
  return {
    /**
     * Visits new names so often per second during `work`, and for a while before and after; then compares the ledger
     * with the counts.
     * @param {(load: object) => Promise<string | void>} work may return a figure.
     * @param {{urls?: string[], mayFail?: boolean}} options by default all hosts are visited and no visit may fail.
     * @returns a summary as text.
     */
    run,
    /** Does so less often. Under the usual load, playbooks take twice as long. */
    runLightly: (title, work) => run(title, work, { perSecond: 50 }),
    /** Lists the answered visits by name, of all loads so far. */
    listAnswered: () => loads.flatMap((load) => load.listAnswered()),
  };
}
