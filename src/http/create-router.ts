import { Router, type RequestHandler } from 'express';
import type { Endpoint, Method } from './define-endpoint';
import { preflightHeaders } from './middleware/cross-origin';
import type { ReadAccess } from './middleware/read-access';
import { limitRate, type RateLimiters } from './middleware/rate-limit';
import { refuseLargeBody } from './middleware/request-body';
import { HttpProblem } from './problem';

/**
 * Builds a router that answers OPTIONS and the methods of each endpoint, HEAD with GET, and 405 to
 * other methods.
 */
export function createRouter(
  endpoints: readonly Endpoint[],
  limiters: RateLimiters,
  { guard }: Pick<ReadAccess, 'guard'>,
): Router {
  const router = Router({ strict: true, caseSensitive: true });
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const ofPath = endpoints.filter((endpoint) => endpoint.path === path);
    const route = router.route(path);
    for (const { skip } of ofPath) if (skip) route.all(passOn(skip));
    for (const endpoint of ofPath) {
      const { methods, handler, head } = endpoint;
      const checks = [...limitRate(endpoint, limiters), ...guard(endpoint)];
      // Express runs the GET handler for HEAD unless a HEAD handler comes first.
      if (head) route.head(...checks, head);
      if (methods.includes('GET')) route.get(...checks, handler);
      if (methods.includes('POST')) route.post(...checks, refuseLargeBody, handler);
    }
    const allowed = listAllowed(ofPath.flatMap(({ methods }) => methods));
    route.options(answerOptions(allowed));
    route.all(refuseMethod(allowed));
  }
  return router;
}

/** A later router answers what an endpoint skips, whatever the method, and its limits count it. */
function passOn(skip: NonNullable<Endpoint['skip']>): RequestHandler {
  return (request, _response, next) => next(skip(request) ? 'router' : undefined);
}

function listAllowed(methods: readonly Method[]): string[] {
  return [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'];
}

function answerOptions(allowed: readonly string[]): RequestHandler {
  const allow = allowed.join(', ');
  return (_request, response) => {
    if (response.context.headers.allowsOrigin) {
      response.set({ 'Access-Control-Allow-Methods': allow, ...preflightHeaders });
    }
    response.set('Allow', allow).status(204).end();
  };
}

function refuseMethod(allowed: readonly string[]): RequestHandler {
  const choice = `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1) ?? ''}`;
  return (request, response) => {
    response.context.route = (request.route as { path: string }).path;
    throw new HttpProblem({
      status: 405,
      code: 'method-not-allowed',
      detail: `${request.method} is not allowed for this path. Use ${choice}.`,
      headers: { Allow: allowed.join(', ') },
    });
  };
}
