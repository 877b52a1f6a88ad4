import type { RequestHandler } from 'express';

/**
 * Lets a request through to a page only when its client would rather read HTML than JSON, as browsers do; curl's
 * `*` `/` `*` and programs go on to the next router. Either way the answer depends on `Accept`, and says so.
 */
export const preferHtml: RequestHandler = (request, response, next) => {
  response.vary('Accept');
  next(request.accepts(['json', 'html']) === 'html' ? undefined : 'route');
};
