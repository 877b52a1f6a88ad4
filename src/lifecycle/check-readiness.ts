import { setTimeout as wait } from 'node:timers/promises';
import { diagnoseFailure } from '../db/diagnose-failure';
import { explainFault, type CheckReadiness, type ReadinessFault } from '../shared/readiness';
import type { ReadinessCode } from '../shared/readiness-faults';
import { withDeadline } from '../shared/with-deadline';

const answerWithinMs = 1000;

/** What a readiness check asks. */
export interface ReadinessSources {
  /** Asks the database for the first reason why the service cannot record; rejects if it cannot be asked. */
  readonly findFault: () => Promise<ReadinessFault | undefined>;
  readonly isStopping: () => boolean;
  /** The embedded server ended and is being started again. */
  readonly isEnded: () => boolean;
}

/**
 * Creates the readiness check. Checks that are made while the database is being asked share its answer, for at most a
 * second. A check that gets none repeats the last reason, if there was one.
 */
export function createReadinessCheck({ findFault, isStopping, isEnded }: ReadinessSources): CheckReadiness {
  let asking: Promise<ReadinessFault | undefined> | undefined;
  let last: ReadinessFault | undefined;
  const ask = (): Promise<ReadinessFault | undefined> =>
    (asking ??= findFault()
      .catch((cause: unknown) => createFault(diagnoseFailure(cause), cause))
      .then((fault) => (last = fault))
      .finally(() => {
        asking = undefined;
      }));
  return async () => {
    if (isStopping()) return { ready: false, ...createFault('stopping') };
    if (isEnded()) return { ready: false, ...createFault('database-ended') };
    const fault = await withDeadline(ask(), answerWithinMs, () => last ?? createFault('database-timeout'));
    return fault ? { ready: false, ...fault } : { ready: true };
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

function createFault(code: ReadinessCode, cause?: unknown): ReadinessFault {
  return { code, detail: explainFault(code), cause };
}
