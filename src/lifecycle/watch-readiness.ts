import { DomainError } from '../shared/domain-error';
import type { Logger } from '../shared/logger';
import type { CheckReadiness } from '../shared/readiness';

/** A readiness check that logs. */
export interface ReadinessWatch {
  readonly checkReadiness: CheckReadiness;
  /** Runs work on the database and passes its result on. If it fails, a check logs the reason. */
  readonly observe: <T>(work: () => Promise<T>) => Promise<T>;
}

// A check may be a login, and a refused one is a line in the log of the database.
const recheckMs = 5000;

/**
 * Logs once when the service stops being ready, once when the reason changes, and once when it is ready again. While it
 * is not ready it is checked again every five seconds, so the log has the end even without requests.
 */
export function watchReadiness(askReadiness: CheckReadiness, logger: Logger): ReadinessWatch {
  let code: string | undefined;
  let checkedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const check: CheckReadiness = async () => {
    checkedAt = performance.now();
    const readiness = await askReadiness();
    clearTimeout(timer);
    if (readiness.ready) {
      if (code !== undefined) logger.info({ after: code }, 'ready again');
      code = undefined;
      return readiness;
    }
    if (readiness.code === 'stopping') return readiness;
    if (readiness.code !== code) {
      const { detail, cause } = readiness;
      code = readiness.code;
      logger.warn({ code, ...(cause === undefined ? {} : { err: cause }) }, detail);
    }
    timer = setTimeout(() => void check(), recheckMs).unref();
    return readiness;
  };
  return {
    checkReadiness: check,
    async observe(work) {
      try {
        return await work();
      } catch (error) {
        // A domain error is an answer.
        const isDue = performance.now() - checkedAt > recheckMs;
        if (isDue && !(error instanceof DomainError)) void check();
        throw error;
      }
    },
  };
}
