import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import { DomainError, type DomainErrorCode } from '../shared/domain-error';
import { sendBody } from './send-body';

/** An RFC 9457 problem: what a client is told, and nothing else. https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** For people: what was wrong and what to do next. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that arises in `http` itself. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** The only place that knows which status a domain error has. */
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

/** Says what a client is told of an error. Whatever is not known to be harmless is a bare 500. */
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
    return { status: 400, code: 'malformed-path', detail: 'The path holds malformed percent-encoding.' };
  }
  return {
    status: 500,
    code: 'internal',
    detail: 'The service failed; the request id finds the reason in its log.',
  };
}

/** Tells a failure of the service or of its database from a refusal, which is an answer like any other. */
export function isFailure(problem: Problem, error: unknown): boolean {
  return problem.status >= 500 && !(error instanceof HttpProblem);
}

/** The content type of a problem. */
export const problemType = 'application/problem+json; charset=utf-8';

/** A way to tell a client of a problem. */
export type SendProblem = (request: Request, response: Response, problem: Problem) => void;

/** Answers with a problem, or ends the connection when an answer has already begun. */
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

/** Writes the body of a problem. */
export function renderProblem({ status, code, detail }: Problem, requestId: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return JSON.stringify({ type: 'about:blank', title, status, code, detail, request_id: requestId });
}

// Express's router marks a path that it cannot decode this way.
function isMalformedPath(error: unknown): boolean {
  return error instanceof URIError && (error as URIError & { status?: unknown }).status === 400;
}
