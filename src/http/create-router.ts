import { Router, type RequestHandler } from 'express';
import type { Endpoint } from './define-endpoint';
import { preflightHeaders } from './middleware/cross-origin';
import { limitRate, type RateLimiters } from './middleware/rate-limit';
import { HttpProblem } from './problem';

const allow = 'GET, HEAD, OPTIONS';

/**
 * Builds a router that answers GET, HEAD and OPTIONS of each endpoint, and 405 to other methods.
 */
export function createRouter(endpoints: readonly Endpoint[], limiters: RateLimiters): Router {
  const router = Router({ strict: true, caseSensitive: true });
  for (const endpoint of endpoints) {
    const { path, handler, head } = endpoint;
    const limit = limitRate(endpoint, limiters);
    const route = router.route(path);
    // Express runs the GET handler for HEAD unless a HEAD handler comes first.
    if (head) route.head(...limit, head);
    route.get(...limit, handler);
    route.options(answerOptions);
    route.all(refuseMethod);
  }
  return router;
}

const answerOptions: RequestHandler = (_request, response) => {
  if (response.context.headers.allowsOrigin) {
    response.set({ 'Access-Control-Allow-Methods': allow, ...preflightHeaders });
  }
  response.set('Allow', allow).status(204).end();
};

const refuseMethod: RequestHandler = (request, response) => {
  response.context.route = (request.route as { path: string }).path;
  throw new HttpProblem({
    status: 405,
    code: 'method-not-allowed',
    detail: `${request.method} is not allowed for this path. Use GET, HEAD or OPTIONS.`,
    headers: { Allow: allow },
  });
};
