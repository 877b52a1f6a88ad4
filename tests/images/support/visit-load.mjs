import { ask } from '../../support/http-client.mjs';
import { createVisitLedger } from '../../support/visit-ledger.mjs';

/** Visits a few names over and over, from several clients at once, each waiting for its answer, and keeps the books. */
export function startVisitLoad(url, { names, clients = 20 }) {
  const ledger = createVisitLedger(names);
  let stopped = false;
  const send = (path) => ask(url, path, { timeoutMs: 15_000 });
  const visit = async (client) => {
    for (let turn = client; !stopped; turn += 1) await ledger.visit(names[turn % names.length], send);
  };
  const done = Promise.all(Array.from({ length: clients }, (_, client) => visit(client)));
  return {
    /** Ends the load and waits for the answers that are under way. */
    async stop() {
      stopped = true;
      await done;
    },
    /** Holds the books against what is counted; see the ledger. */
    settle: () => ledger.settle(url),
  };
}
