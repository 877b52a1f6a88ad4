import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import { DomainError, type DomainErrorCode } from '../shared/domain-error';
import { sendBody } from './send-body';

/** What a client is told about a refusal or a failure. https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly status: number;
  /** Stable; programs can rely on it. */
  readonly code: string;
  /** For people: what is wrong and what to do next. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem found by the HTTP layer itself. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Maps each domain error to its status; no other place does. */
const domainStatus: Record<DomainErrorCode, number> = {
  'invalid-username': 400,
  'visitor-not-found': 404,
  'too-many-points': 400,
  'idempotency-key-reused': 422,
  overloaded: 503,
  'database-unavailable': 503,
  'outcome-unknown': 503,
  'totals-missing': 503,
};

/** Maps an error to the problem sent to the client. An unknown error becomes a bare 500. */
export function toProblem(error: unknown): Problem {
  if (error instanceof HttpProblem) return error.problem;
  if (error instanceof DomainError) {
    const status = domainStatus[error.code];
    return {
      status,
      code: error.code,
      detail: error.message,
      ...(status === 503 ? { headers: { 'Retry-After': '1' } } : {}),
    };
  }
  if (isMalformedPath(error)) {
    return { status: 400, code: 'malformed-path', detail: 'The path contains invalid percent-encoding.' };
  }
  return {
    status: 500,
    code: 'internal',
    detail: 'The service failed. Its log has the reason under the request id.',
  };
}

/** Whether the service or its database failed. Refusing a request is not a failure. */
export function isFailure(problem: Problem, error: unknown): boolean {
  return problem.status >= 500 && !(error instanceof HttpProblem);
}

export const problemType = 'application/problem+json; charset=utf-8';

/** Sends a problem in some form, such as JSON or a page. */
export type SendProblem = (request: Request, response: Response, problem: Problem) => void;

/** Sends a problem as JSON, or closes the connection if a response has already begun. */
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  if (response.headersSent) {
    request.socket.destroy();
    return;
  }
  sendBody(response, problem.status, problemType, renderProblem(problem, response.context.id), [
    'Cache-Control',
    'no-store',
    ...Object.entries(problem.headers ?? {}).flat(),
  ]);
}

/** Renders the JSON body of a problem. */
export function renderProblem({ status, code, detail }: Problem, requestId: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return JSON.stringify({ type: 'about:blank', title, status, code, detail, request_id: requestId });
}

// Express's router throws this for a path that it cannot decode.
function isMalformedPath(error: unknown): boolean {
  return error instanceof URIError && (error as URIError & { status?: unknown }).status === 400;
}
