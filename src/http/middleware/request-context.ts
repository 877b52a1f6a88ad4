import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { ToPath } from '../base-path';
import type { CrossOriginAccess, HeaderSet } from './cross-origin';

/** What handlers, logs and metrics need to know of a request. */
export interface RequestContext {
  /** The client's `X-Request-Id` if it has at most 64 plain characters, else a new UUID. */
  readonly id: string;
  /** `performance.now()` at its arrival, in milliseconds. */
  readonly startedAt: number;
  /** The pattern of the matched route, so it never contains a user name. */
  route: string;
  /** What every response to this request has. */
  headers: HeaderSet;
  readonly toPath: ToPath;
}

declare module 'express-serve-static-core' {
  interface Response {
    context: RequestContext;
  }
}

/** The `route` of a request that no route has matched. */
export const noRoute = '(none)';

const acceptableId = /^[\w.:-]{1,64}$/;

/** Creates what sets `response.context`. It comes first, so that everything after it can rely on the context. */
export function createRequestContext(
  { choose }: Pick<CrossOriginAccess, 'choose'>,
  toPath: ToPath,
): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && acceptableId.test(given) ? given : randomUUID();
    const headers = choose(request);
    response.context = { id, startedAt: performance.now(), route: noRoute, headers, toPath };
    next();
  };
}
