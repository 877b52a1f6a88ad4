import type { Logger } from '../../shared/logger';
import type { Metrics } from '../../metrics/create-metrics';
import type { ObserveProblem } from './error-handler';
import type { ConnectionRefusal } from '../server/refuse-connection';
import type { ObserveResponse } from './response-head';

/** Creates the observer that counts each answer and its duration by route pattern. */
export function createResponseMeter(metrics: Pick<Metrics, 'observeResponse'>): ObserveResponse {
  return ({ method }, { context }, status) => {
    metrics.observeResponse(method, context.route, status, (performance.now() - context.startedAt) / 1000);
  };
}

/** Creates the observer that counts each refusal and failure by route pattern, status and code. */
export function createProblemMeter(metrics: Pick<Metrics, 'observeProblem'>): ObserveProblem {
  return ({ context }, { status, code }) => {
    metrics.observeProblem(context.route, status, code);
  };
}

/**
 * Creates the observer that logs each answer by route pattern: at `debug` when it succeeded, at `info` when it was
 * refused. The path, which holds user names, stands only in records of the level `debug`.
 */
export function createResponseLog(logger: Logger): ObserveResponse {
  return (request, response, status) => {
    const refused = status >= 400;
    if (!logger.isLevelEnabled(refused ? 'info' : 'debug')) return;
    const { id, route, startedAt } = response.context;
    const duration = Math.round((performance.now() - startedAt) * 1000) / 1000;
    const path = { request_id: id, url: request.originalUrl };
    const answer = { request_id: id, method: request.method, route, status, duration_ms: duration };
    if (refused) {
      logger.info(answer, 'request');
      logger.debug(path, 'path of the request');
    } else {
      logger.debug({ ...answer, ...path }, 'request');
    }
  };
}

/** Creates the observer of refusals that no request came of: counted and logged as the app's own are. */
export function createRefusalLog(
  logger: Logger,
  metrics: Pick<Metrics, 'observeResponse'>,
): (refusal: ConnectionRefusal) => void {
  return ({ id, problem: { status }, reason }) => {
    metrics.observeResponse('(none)', '(none)', status, 0);
    logger.info({ request_id: id, status, reason }, 'request');
  };
}
