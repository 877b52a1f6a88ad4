import type { Logger } from '../../shared/logger';
import type { Metrics } from '../../metrics/create-metrics';
import type { ObserveProblem } from './error-handler';
import type { ObserveResponse } from './response-head';

/** Creates the observer that measures each response by route pattern. */
export function createResponseMeter(metrics: Pick<Metrics, 'observeResponse'>): ObserveResponse {
  return ({ method }, { context }, status) => {
    metrics.observeResponse(method, context.route, status, (performance.now() - context.startedAt) / 1000);
  };
}

/** Creates the observer that counts problems by route pattern, status and code. */
export function createProblemMeter(metrics: Pick<Metrics, 'observeProblem'>): ObserveProblem {
  return ({ context }, { status, code }) => {
    metrics.observeProblem(context.route, status, code);
  };
}

/**
 * Creates the observer that logs each response by route pattern: at `info` if its status is 400 or
 * more, else at `debug`. The path may contain a user name, so it is logged at `debug` only.
 */
export function createResponseLog(logger: Logger): ObserveResponse {
  return (request, response, status) => {
    const refused = status >= 400;
    if (!logger.isLevelEnabled(refused ? 'info' : 'debug')) return;
    const { id, route, startedAt } = response.context;
    const duration = Math.round((performance.now() - startedAt) * 1000) / 1000;
    const path = { request_id: id, url: request.originalUrl };
    const outcome = { request_id: id, method: request.method, route, status, duration_ms: duration };
    if (refused) {
      logger.info(outcome, 'request');
      logger.debug(path, 'path of the request');
    } else {
      logger.debug({ ...outcome, ...path }, 'request');
    }
  };
}
