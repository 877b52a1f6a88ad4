import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from '../../shared/logger';
import { HttpProblem, isFailure, sendProblem, toProblem, type Problem, type SendProblem } from '../problem';

/** Answers 404 to every request that no route took. */
export const refuseUnknownPath: RequestHandler = () => {
  throw new HttpProblem({ status: 404, code: 'not-found', detail: 'There is nothing at this path.' });
};

/** Called once for each request that was refused or failed. */
export type ObserveProblem = (response: Response, problem: Problem, error: unknown) => void;

/**
 * Handles every error: logs and observes it once, and sends it to the client as a problem. A route
 * can send it in another form by setting `response.locals.sendProblem`.
 */
export function createErrorHandler(
  logger: Logger,
  observers: readonly ObserveProblem[],
): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
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
