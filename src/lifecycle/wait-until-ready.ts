import { setTimeout as wait } from 'node:timers/promises';
import type { CheckReadiness } from '../shared/readiness';

/**
 * Asks again and again whether requests can be served.
 * @returns true as soon as they can; false when the service stops before that.
 */
export async function waitUntilReady(checkReadiness: CheckReadiness, everyMs = 250): Promise<boolean> {
  for (;;) {
    const readiness = await checkReadiness();
    if (readiness.ready) return true;
    if (readiness.code === 'stopping') return false;
    await wait(everyMs);
  }
}
