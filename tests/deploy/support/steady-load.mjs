import { Agent } from 'node:http';
import { ask } from '../../support/http-client.mjs';
import { createVisitLedger } from '../../support/visit-ledger.mjs';

/**
 * Visits at a constant rate, whether answers come or not, as the public does: every other visit on a connection of its
 * own, the others on connections that are kept, and in turn by every address. Keeps the books.
 */
export function startSteadyLoad(urls, { names, perSecond = 200 }) {
  const ledger = createVisitLedger(names);
  const keptOpen = new Agent({ keepAlive: true, maxSockets: 20 });
  const started = performance.now();
  const underWay = new Set();
  let sent = 0;
  let slowestMs = 0;
  let failedMs;

  const visit = async (turn) => {
    const url = urls[(turn >> 1) % urls.length];
    const agent = turn % 2 === 0 ? keptOpen : false;
    const begun = performance.now();
    const send = (path) => ask(url, path, { agent, timeoutMs: 15_000 });
    if (await ledger.visit(names[turn % names.length], send)) {
      slowestMs = Math.max(slowestMs, performance.now() - begun);
    } else {
      failedMs = Math.max(failedMs ?? 0, begun);
    }
  };
  const sendDue = () => {
    for (const due = ((performance.now() - started) / 1000) * perSecond; sent < due; sent += 1) {
      const one = visit(sent).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  };
  const timer = setInterval(sendDue, 10);

  return {
    /** Ends the load and waits for the answers that are under way. */
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      keptOpen.destroy();
    },
    countFailures: ledger.countFailures,
    /** When the last visit that failed was begun, on the clock of `performance.now()`; undefined when none did. */
    readLastFailureMs: () => failedMs,
    listAnswered: ledger.listAnswered,
    /** Holds the books against what is counted; see the ledger. */
    async settle() {
      const words = await ledger.settle(urls[0]);
      return `${words}, ${Math.round(sent / ((performance.now() - started) / 1000))}/s, slowest ${Math.round(slowestMs)} ms`;
    },
  };
}
