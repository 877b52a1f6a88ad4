import compression from 'compression';
import { Router, type RequestHandler } from 'express';
import type { Endpoint } from '../../define-endpoint';
import type { CrossOriginAccess } from '../../middleware/cross-origin';
import { limitRate, type RateLimiters } from '../../middleware/rate-limit';
import { applyPagePolicy } from '../../middleware/security-headers';
import { createProblemPageSender } from '../../pages/problem-page';
import type { WebAssets } from '../../pages/web-assets';

/**
 * Builds a router of pages that share their paths with JSON endpoints. It answers GET and HEAD of
 * clients that prefer HTML. All other requests go to the JSON endpoint in a later router.
 */
export function createPageRouter(
  pages: readonly Endpoint[],
  assets: WebAssets,
  limiters: RateLimiters,
  { chooseForPage }: Pick<CrossOriginAccess, 'chooseForPage'>,
): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const sendProblem = createProblemPageSender(assets);
  const answerAsPage: RequestHandler = (request, response, next) => {
    response.locals['sendProblem'] = sendProblem;
    response.context.headers = chooseForPage(request);
    next();
  };
  for (const page of pages) {
    const limit = limitRate(page, limiters);
    router.get(page.path, preferHtml, answerAsPage, applyPagePolicy, ...limit, compression(), page.handler);
  }
  return router;
}

// Browsers prefer HTML. Programs and curl, which accepts anything, get JSON.
const preferHtml: RequestHandler = (request, response, next) => {
  response.vary('Accept');
  next(request.accepts(['json', 'html']) === 'html' ? undefined : 'route');
};
