import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** Header names and values, in pairs. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

const self = ["'self'"];
const none = ["'none'"];

const setHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: none, frameAncestors: none } },
  // The proxy that terminates TLS sends it; over plain HTTP browsers ignore it.
  strictTransportSecurity: false,
  // Only for Internet Explorer, Flash and filters that browsers have removed.
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  xDnsPrefetchControl: false,
});

/**
 * Creates the security headers of every response, as helmet recommends them. They never change, so
 * helmet runs once, on a response that is never sent, and not for each request.
 */
export function createSecurityHeaders(): HeaderPairs {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, () => undefined);
  return response.getHeaderNames().map((name) => [name, String(response.getHeader(name))] as const);
}

/**
 * Sets the content security policy of a page: resources of this service, no inline code or style.
 */
export const applyPagePolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: none,
    scriptSrc: self,
    styleSrc: self,
    imgSrc: self,
    connectSrc: self,
    formAction: self,
    baseUri: none,
    frameAncestors: none,
  },
});
