import { Router } from 'express';
import { sendRedirect } from './send-body';

/**
 * Returns a path of this service as clients see it: with `BASE_PATH` in front. Every path that leaves the service goes
 * through it. `''` stands for `BASE_PATH` itself.
 */
export type ToPath = (path: string) => string;

/** Creates `ToPath`. */
export function createToPath(basePath = ''): ToPath {
  return (path) => basePath + path;
}

/** Creates the router that answers `BASE_PATH` without a slash at its end: the dashboard is one path further. */
export function createBaseRedirect(toPath: ToPath): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const basePath = toPath('');
  router.all(basePath, (request, response) => {
    sendRedirect(response, 308, toPath('/') + request.url.slice(basePath.length));
  });
  return router;
}
