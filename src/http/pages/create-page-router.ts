import compression from 'compression';
import { Router, type RequestHandler } from 'express';
import type { Endpoint } from '../endpoint';
import { applyPagePolicy } from './page-policy';
import { preferHtml } from './prefer-html';
import { createProblemPageSender } from './problem-page';
import type { WebAssets } from './web-assets';

/**
 * Builds a router of pages that share their paths with JSON endpoints. It answers GET and HEAD of clients that prefer
 * HTML; everything else, other methods included, is for the endpoint of the same path in a later router.
 */
export function createPageRouter(pages: readonly Endpoint[], assets: WebAssets): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const sendProblem = createProblemPageSender(assets);
  const becomePage: RequestHandler = (_request, response, next) => {
    response.locals['sendProblem'] = sendProblem;
    next();
  };
  for (const { path, handler } of pages) {
    router.get(path, preferHtml, becomePage, applyPagePolicy, compression(), handler);
  }
  return router;
}
