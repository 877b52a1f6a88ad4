import { Router, type RequestHandler } from 'express';
import type { Endpoint } from '../../define-endpoint';
import type { CrossOriginAccess } from '../../middleware/cross-origin';
import type { ReadAccess } from '../../middleware/read-access';
import { limitRate, type RateLimiters } from '../../middleware/rate-limit';
import { applyPagePolicy } from '../../middleware/security-headers';
import { createProblemPageSender } from '../../pages/problem-page';
import type { WebAssets } from '../../pages/web-assets';

/** What the router needs. */
export interface PageRouterDependencies {
  readonly assets: WebAssets;
  readonly limiters: RateLimiters;
  readonly access: Pick<CrossOriginAccess, 'chooseForPage'>;
  readonly readAccess: Pick<ReadAccess, 'guard'>;
}

/**
 * Builds a router of pages that share their paths with JSON endpoints. It answers GET and HEAD of
 * clients that prefer HTML. All other requests go to the JSON endpoint in a later router.
 */
export function createPageRouter(
  pages: readonly Endpoint[],
  { assets, limiters, access: { chooseForPage }, readAccess }: PageRouterDependencies,
): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const sendProblem = createProblemPageSender(assets);
  const answerAsPage: RequestHandler = (request, response, next) => {
    response.locals['sendProblem'] = sendProblem;
    response.context.headers = chooseForPage(request);
    next();
  };
  // Express would answer OPTIONS for a path that has no handler of it.
  router.use((request, _response, next) => next(request.method === 'OPTIONS' ? 'router' : undefined));
  for (const page of pages) {
    const checks = [...limitRate(page, limiters), ...readAccess.guard(page)];
    router.get(page.path, preferHtml, answerAsPage, applyPagePolicy, ...checks, page.handler);
  }
  return router;
}

// Browsers prefer HTML. Programs and curl, which accepts anything, get JSON.
const preferHtml: RequestHandler = (request, response, next) => {
  response.vary('Accept');
  next(request.accepts(['json', 'html']) === 'html' ? undefined : 'route');
};
