import { setTimeout as wait } from 'node:timers/promises';
import type { RunStatement, Statement } from '../../../shared/statement';
import { rollUpVisits } from './roll-up-visits';

// Without the time limit of the service, larger parts are cheaper.
const visitsAtOnce = 100_000;
const pauseMs = 100;

const readEnd: Statement = {
  text: `SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('visits', 'id')::regclass), 0) AS id`,
};
const readPosition: Statement = { text: 'SELECT rolled_id AS id FROM visit_rollup' };

/**
 * Rolls up what is in the log now, so that reads over time are quick after an import, a restore or an update. Visits
 * that are recorded meanwhile are left to the service, so it ends however many there are. Gives up when nothing could
 * be rolled up for `patienceMs`, because a transaction that writes visits stays open: the service goes on later.
 * @returns whether all of it is rolled up.
 */
export async function catchUp(run: RunStatement, patienceMs = 3000): Promise<boolean> {
  const [end] = await run<{ id: string }>(readEnd, []);
  let position: string | undefined;
  let progressAt = performance.now();
  for (;;) {
    const { rolled, remaining } = await rollUpVisits(run, visitsAtOnce);
    if (!remaining) return true;
    const [reached] = await run<{ id: string }>(readPosition, []);
    if (Number(reached?.id) >= Number(end?.id)) return true;
    // A whole part may have had no visits, only totals to copy. New names add a few totals all the time.
    const hasMoved = reached?.id !== position || rolled === visitsAtOnce;
    position = reached?.id;
    if (hasMoved) progressAt = performance.now();
    else if (performance.now() - progressAt > patienceMs) return false;
    else await wait(pauseMs);
  }
}
