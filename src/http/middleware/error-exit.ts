import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../../shared/logger';
import { HttpProblem, sendProblem, toProblem, type SendProblem } from '../problem';

/** Refuses whatever no route took. */
export const refuseUnknownPath: RequestHandler = () => {
  throw new HttpProblem({ status: 404, code: 'not-found', detail: 'There is nothing at this path.' });
};

/**
 * The one exit of every error: it is logged here, once, and told to the client as a problem, or in the way that the
 * route has put into `response.locals.sendProblem`.
 */
export function createErrorExit(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    const fields = { request_id: response.context.id, code: problem.code, err: error };
    if (problem.status === 500) logger.error(fields, 'request failed');
    else if (problem.status > 500 && !(error instanceof HttpProblem))
      logger.warn(fields, 'request not served');
    const send = (response.locals['sendProblem'] as SendProblem | undefined) ?? sendProblem;
    send(request, response, problem);
  };
}
