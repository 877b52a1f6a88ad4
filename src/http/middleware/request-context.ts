import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

/** What is known of a request beside its contents. */
export interface RequestContext {
  /** The caller's `X-Request-Id` where it is a plain one, else our own. */
  readonly id: string;
  /** `performance.now()` at its arrival, in milliseconds. */
  readonly startedAt: number;
  /** The pattern of the route that took it. User names never stand in here. */
  route: string;
}

declare module 'express-serve-static-core' {
  interface Response {
    context: RequestContext;
  }
}

/** Stands for the pattern while no route has taken the request. */
export const noRoute = '(none)';

const acceptableId = /^[\w.:-]{1,64}$/;

/** Gives each request its context; everything after it can rely on `response.context`. */
export const createRequestContext: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && acceptableId.test(given) ? given : randomUUID();
  response.context = { id, startedAt: performance.now(), route: noRoute };
  next();
};
