import { askOrFail, createKeepingAgent, readCount } from '../../support/http-client.mjs';
import { createVisitLedger } from '../../support/visit-ledger.mjs';

/**
 * Visits at a constant rate, whether responses arrive or not, as independent clients do: every second visit on a new
 * connection, the others on kept connections, and all addresses in turn. Certificates are not verified.
 */
export function startSteadyLoad(urls, { names, perSecond = 200 }) {
  const ledger = createVisitLedger();
  const keptOpen = createKeepingAgent(urls[0], { maxSockets: 20 });
  const trust = { rejectUnauthorized: false };
  const started = performance.now();
  const inFlight = new Set();
  let sent = 0;
  let slowestMs = 0;
  let failedMs;
  const failures = [];

  const visit = async (turn) => {
    const url = urls[(turn >> 1) % urls.length];
    const agent = turn % 2 === 0 ? keptOpen : false;
    const begun = performance.now();
    const name = names[turn % names.length];
    ledger.request(name);
    const response = await askOrFail(url, `/${name}`, { agent, timeoutMs: 15_000, ...trust });
    const tookMs = performance.now() - begun;
    ledger.answer(name, response);
    if (response.status === 200) {
      slowestMs = Math.max(slowestMs, tookMs);
    } else {
      ledger.fail(response);
      const connection = agent ? 'a kept' : 'a new';
      failures.push(
        `${new Date().toISOString()} ${url}: ${response.status} on ${connection} connection after ${Math.round(tookMs)} ms`,
      );
      failedMs = Math.max(failedMs ?? 0, begun);
    }
  };
  const sendDue = () => {
    for (const due = ((performance.now() - started) / 1000) * perSecond; sent < due; sent += 1) {
      const one = visit(sent).finally(() => inFlight.delete(one));
      inFlight.add(one);
    }
  };
  const timer = setInterval(sendDue, 10);

  return {
    /** Stops the load and waits for the requests in flight. */
    async stop() {
      clearInterval(timer);
      await Promise.all(inFlight);
      keptOpen.destroy();
    },
    /** Counts the visits that were not answered with a number, whatever their outcome. */
    countFailures: ledger.countFailures,
    /** Describes the first failed visits, a line for each. */
    describeFailures: () => failures.slice(0, 20).join('\n'),
    /** When the last failed visit was sent, on the clock of `performance.now()`; undefined when none failed. */
    readLastFailureMs: () => failedMs,
    listAnswered: ledger.listAnswered,
    /** Compares the ledger with the counts of the service and returns a summary as text. */
    async summarise() {
      const summary = await ledger.summarise((name) => readCount(urls[0], name, trust));
      const rate = Math.round(sent / ((performance.now() - started) / 1000));
      return `${summary}, ${rate}/s, slowest ${Math.round(slowestMs)} ms`;
    },
  };
}
