import type { Logger } from '../shared/logger';
import type { CheckReadiness } from '../shared/readiness';

/** A readiness check that logs. */
export interface ReadinessWatch {
  readonly check: CheckReadiness;
  /** Checks soon, so that the log says why work failed. Call it after each failure. */
  suspect(): void;
}

// A check may be a login, and a refused one is a line in the log of the database.
const recheckMs = 5000;

/**
 * Logs once when the service stops being ready, once when the reason changes, and once when it is ready again. While it
 * is not ready it is checked again every five seconds, so the log has the end even if nobody asks.
 */
export function watchReadiness(checkReadiness: CheckReadiness, logger: Logger): ReadinessWatch {
  let code: string | undefined;
  let checkedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const check: CheckReadiness = async () => {
    checkedAt = performance.now();
    const readiness = await checkReadiness();
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
    check,
    suspect: () => {
      if (performance.now() - checkedAt > recheckMs) void check();
    },
  };
}
