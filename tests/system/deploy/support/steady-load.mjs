import { Agent } from 'node:http';
import { ask, readListed } from '../../support/http-client.mjs';
import { openVisitBooks, settleBooks } from '../../support/visit-books.mjs';

/**
 * Visits at a constant rate, whether answers come or not, as the public does: every other visit on a connection of its
 * own, the others on connections that are kept, and in turn by every address. Keeps the books.
 */
export function startSteadyLoad(urls, { names, perSecond = 200 }) {
  const books = openVisitBooks();
  const failures = new Map();
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
    const name = names[turn % names.length];
    books.ask(name);
    const answer = await ask(url, `/${name}`, { agent, timeoutMs: 15_000 }).catch(({ code }) => ({
      status: code,
    }));
    books.close(name, answer);
    if (answer.status === 200) {
      slowestMs = Math.max(slowestMs, performance.now() - begun);
    } else {
      failures.set(answer.status, (failures.get(answer.status) ?? 0) + 1);
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
    /** How many visits were not answered with a number, whatever became of them. */
    countFailures: () => [...failures.values()].reduce((sum, count) => sum + count, 0),
    /** When the last visit that failed was begun, on the clock of `performance.now()`; undefined when none did. */
    readLastFailureMs: () => failedMs,
    listAnswered: books.listAnswered,
    /**
     * Holds the books against what is counted.
     * @returns what happened, in words.
     */
    async settle() {
      const words = await settleBooks(books, failures, (name) => readListed(urls[0], name));
      const rate = Math.round(sent / ((performance.now() - started) / 1000));
      return `${words}, ${rate}/s, slowest ${Math.round(slowestMs)} ms`;
    },
  };
}
