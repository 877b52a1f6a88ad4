import type { Request } from 'express';
import type { ToPath } from '../base-path';
import { HttpProblem } from '../problem';
import { signInPath } from './request-body';

/**
 * Refuses a form that a page of another origin has sent. Clients that are not browsers send neither header.
 * @throws {HttpProblem} 403 `cross-origin-request`.
 */
export function refuseOtherOrigin({ headers }: Request, toPath: ToPath): void {
  // Browsers send it only over TLS and to localhost. https://www.w3.org/TR/fetch-metadata/
  const site = headers['sec-fetch-site'];
  const isOwn = site === undefined ? isSameHost(headers.origin, headers.host) : site === 'same-origin';
  if (isOwn) return;
  throw new HttpProblem({
    status: 403,
    code: 'cross-origin-request',
    detail: `A page of another origin has sent this form. Open ${toPath(signInPath)} and use its form.`,
  });
}

// Without the scheme, which a proxy may not report.
function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
