import { setTimeout as wait } from 'node:timers/promises';
import type { CheckReadiness, Readiness } from '../shared/readiness';
import { withDeadline } from '../shared/with-deadline';
import { explainPending, type SchemaGate } from './schema-gate';

const answerWithinMs = 1000;

/**
 * Creates the readiness check. The service is not ready while it stops, while the database does not answer
 * within a second, and while migrations of this release are pending.
 */
export function createReadinessCheck(
  gate: Pick<SchemaGate, 'readPending'>,
  isStopping: () => boolean,
): CheckReadiness {
  const ask = async (): Promise<Readiness> => {
    const pending = await gate.readPending();
    return pending.length === 0
      ? { ready: true }
      : { ready: false, code: 'migrations-pending', detail: explainPending(pending) };
  };
  return async () => {
    if (isStopping()) return { ready: false, code: 'stopping', detail: 'The service is stopping.' };
    return withDeadline(
      ask().catch(() => databaseSilent),
      answerWithinMs,
      () => databaseSilent,
    );
  };
}

/** Waits until the service is ready. Resolves with false if the service stops before that. */
export async function waitUntilReady(checkReadiness: CheckReadiness, everyMs = 250): Promise<boolean> {
  for (;;) {
    const readiness = await checkReadiness();
    if (readiness.ready) return true;
    if (readiness.code === 'stopping') return false;
    await wait(everyMs);
  }
}

const databaseSilent: Readiness = {
  ready: false,
  code: 'database-unavailable',
  detail: `The database did not answer within ${answerWithinMs} ms.`,
};
