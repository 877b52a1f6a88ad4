import type { Request } from 'express';
import { HttpProblem } from '../problem';

/**
 * Refuses a form that a page of another origin has sent. Clients that are not browsers send neither header.
 * @throws {HttpProblem} 403 `cross-origin-request`.
 */
export function refuseOtherOrigin({ headers }: Request): void {
  // Browsers send it only over TLS and to localhost. https://www.w3.org/TR/fetch-metadata/
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined ? isSameHost(headers.origin, headers.host) : site === 'same-origin';
  if (isOwn) return;
  throw new HttpProblem({
    status: 403,
    code: 'cross-origin-request',
    detail: 'A page of another origin has sent this form. Open /-/sign-in and use its form.',
  });
}

// Without the scheme, which a proxy may not report.
function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
