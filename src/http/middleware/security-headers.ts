import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** Header names and values, in pairs. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

const setHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  // The proxy that ends TLS says this; over plain HTTP it means nothing.
  strictTransportSecurity: false,
  // For Internet Explorer, Flash and filters that no browser has any more.
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  xDnsPrefetchControl: false,
});

/**
 * The headers by which browsers are told to trust nothing, as helmet recommends them. They are the same for every
 * answer, so helmet is asked once, with an answer that goes nowhere, and not at every request.
 */
export function createSecurityHeaders(): HeaderPairs {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, () => undefined);
  return response.getHeaderNames().map((name) => [name, String(response.getHeader(name))] as const);
}
