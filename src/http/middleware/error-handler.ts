import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from '../../shared/logger';
import { HttpProblem, isFailure, sendProblem, toProblem, type Problem, type SendProblem } from '../problem';

/** Refuses whatever no route took. */
export const refuseUnknownPath: RequestHandler = () => {
  throw new HttpProblem({ status: 404, code: 'not-found', detail: 'There is nothing at this path.' });
};

/** Told of each request that was refused or failed, once. */
export type ObserveProblem = (response: Response, problem: Problem, error: unknown) => void;

/**
 * The one exit of every error: it is logged and observed here, once, and told to the client as a problem, or in the way
 * that the route has put into `response.locals.sendProblem`.
 */
export function createErrorExit(logger: Logger, observers: readonly ObserveProblem[]): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    const fields = { request_id: response.context.id, code: problem.code, err: error };
    if (problem.status === 500) logger.error(fields, 'request failed');
    else if (isFailure(problem, error)) logger.warn(fields, 'request not served');
    for (const observe of observers) observe(response, problem, error);
    const send = (response.locals['sendProblem'] as SendProblem | undefined) ?? sendProblem;
    send(request, response, problem);
  };
}
