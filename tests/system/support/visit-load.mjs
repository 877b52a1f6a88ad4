import { setTimeout as wait } from 'node:timers/promises';
import { askOrFail, createKeepingAgent, readCount } from './http-client.mjs';
import { createVisitLedger, isUnknown } from './visit-ledger.mjs';

/**
 * Visits names from several clients at once. Each client sends its next request when the last one was answered.
 * @param {object} options
 * @param {string[]} [options.names] visited in turns; or `nextName(client, turn)` returns the next name.
 * @param {boolean} [options.keepAlive] each client keeps its connection; otherwise each request opens a new one.
 * @param {Function} [options.createKey] creates an Idempotency-Key for each visit; a visit of unknown outcome is
 * retried under its key until it is answered with its number.
 * @param {object} [options.ledger] continues this ledger instead of a new one.
 * @param {Function} [options.observe] receives each response (`{ status: 'ECONNRESET' }` when there was none), its
 * milliseconds and its path.
 */
export function startVisitLoad(url, options) {
  const { names = [], clients = 20, keepAlive = false, timeoutMs = 15_000 } = options;
  const { ledger = createVisitLedger(), observe = () => undefined, createKey } = options;
  const { nextName = (client, turn) => names[(client + turn) % names.length] } = options;
  let stopped = false;

  const attempt = async (name, agent, headers) => {
    const startedAt = performance.now();
    const response = await askOrFail(url, `/${name}`, { timeoutMs, agent, headers });
    observe(response, performance.now() - startedAt, `/${name}`);
    if (response.status === 200) return response;
    ledger.fail(response);
    // A stopped service refuses at once; without a pause the load would only use up the processor.
    await wait(response.status === 503 ? 20 : 200);
    return response;
  };
  const visit = async (client) => {
    const agent = keepAlive && createKeepingAgent(url, { maxSockets: 1 });
    for (let turn = 0; !stopped; turn += 1) {
      const name = nextName(client, turn);
      const headers = createKey ? { 'Idempotency-Key': createKey() } : {};
      ledger.request(name);
      let response = await attempt(name, agent, headers);
      if (createKey && isUnknown(response)) {
        // A refusal in between concerns that attempt alone: only a number tells the outcome of the first.
        while (response.status !== 200) response = await attempt(name, agent, headers);
      }
      ledger.answer(name, response);
    }
    if (agent) agent.destroy();
  };
  const done = Promise.all(Array.from({ length: clients }, (_, client) => visit(client)));
  return {
    ledger,
    /** Stops the load and waits for the requests in flight. */
    async stop() {
      stopped = true;
      await done;
    },
    /** Compares the ledger with the counts of the service and returns a summary as text. */
    summarise: () => ledger.summarise((name) => readCount(url, name)),
  };
}
