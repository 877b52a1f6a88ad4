import type { Logger } from '../shared/logger';
import type { Metrics } from '../metrics/create-metrics';
import type { ObserveProblem } from './middleware/error-exit';
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
 * refused. The path, which holds user names, is logged only at `debug`.
 */
export function createResponseLog(logger: Logger): ObserveResponse {
  return (request, response, status) => {
    const level = status < 400 ? 'debug' : 'info';
    if (!logger.isLevelEnabled(level)) return;
    const { id, route, startedAt } = response.context;
    logger[level](
      {
        request_id: id,
        method: request.method,
        route,
        status,
        duration_ms: Math.round((performance.now() - startedAt) * 1000) / 1000,
        ...(logger.isLevelEnabled('debug') ? { url: request.originalUrl } : {}),
      },
      'request',
    );
  };
}
