import { setTimeout as wait } from 'node:timers/promises';
import type { RunStatement } from '../../../shared/statement';
import { rollUpVisits } from './roll-up-visits';

// Without the time limit of the service, larger parts are cheaper.
const visitsAtOnce = 100_000;
const pauseMs = 100;

/**
 * Rolls up what is in the log, so that reads over time are quick after an import, a restore or an update. Gives up
 * when nothing could be rolled up for `patienceMs`, because a transaction that writes visits stays open: the service
 * goes on later.
 * @returns whether nothing is left.
 */
export async function catchUp(run: RunStatement, patienceMs = 3000): Promise<boolean> {
  let progressAt = performance.now();
  for (;;) {
    const { rolled, remaining } = await rollUpVisits(run, visitsAtOnce);
    if (!remaining) return true;
    if (rolled > 0) progressAt = performance.now();
    else if (performance.now() - progressAt > patienceMs) return false;
    else await wait(pauseMs);
  }
}
