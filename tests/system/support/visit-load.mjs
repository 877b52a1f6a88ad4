import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ask, readListed } from './http-client.mjs';
import { isUnknown, openVisitBooks, settleBooks } from './visit-books.mjs';

/**
 * Visits names from several clients at once, each of which asks again as soon as it was answered, and keeps the books.
 * @param {object} options
 * @param {string[]} [options.names] visited in turns; or `nextName(client, turn)` says whom to visit.
 * @param {boolean} [options.keepAlive] each client keeps its connection; otherwise each request has one of its own.
 * @param {Function} [options.createKey] makes an Idempotency-Key for each visit, under which one of unknown outcome is
 * asked again until it is answered with its number.
 * @param {object} [options.books] to go on with; a load without has its own.
 * @param {Function} [options.observe] told of each answer (`{ status: 'ECONNRESET' }` when there was none), its
 * milliseconds and its path.
 */
export function startVisitLoad(url, options) {
  const { names = [], clients = 20, keepAlive = false, timeoutMs = 15_000 } = options;
  const { books = openVisitBooks(), observe = () => undefined, createKey } = options;
  const { nextName = (client, turn) => names[(client + turn) % names.length] } = options;
  const failures = new Map();
  let stopped = false;

  const askOnce = async (name, agent, headers) => {
    const startedAt = performance.now();
    const answer = await ask(url, `/${name}`, { timeoutMs, agent, headers }).catch(({ code }) => ({
      status: code,
    }));
    observe(answer, performance.now() - startedAt, `/${name}`);
    if (answer.status === 200) return answer;
    failures.set(answer.status, (failures.get(answer.status) ?? 0) + 1);
    // A service that is gone refuses at once; asking without a pause would only keep the machine busy.
    await wait(answer.status === 503 ? 20 : 200);
    return answer;
  };
  const visit = async (client) => {
    const agent = keepAlive && new Agent({ keepAlive, maxSockets: 1 });
    for (let turn = 0; !stopped; turn += 1) {
      const name = nextName(client, turn);
      const headers = createKey ? { 'Idempotency-Key': createKey() } : {};
      books.ask(name);
      let answer = await askOnce(name, agent, headers);
      if (createKey && isUnknown(answer)) {
        // A refusal in between is of that attempt alone: only the number says what became of the first.
        while (answer.status !== 200) answer = await askOnce(name, agent, headers);
      }
      books.close(name, answer);
    }
    if (agent) agent.destroy();
  };
  const done = Promise.all(Array.from({ length: clients }, (_, client) => visit(client)));
  return {
    books,
    /** Ends the load and waits for the answers that are under way. */
    async stop() {
      stopped = true;
      await done;
    },
    /**
     * Holds the books against what is counted.
     * @returns what happened, in words.
     */
    settle: () => settleBooks(books, failures, (name) => readListed(url, name)),
  };
}
