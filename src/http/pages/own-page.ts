import type { ToPath } from '../base-path';

const base = 'http://own.invalid';

/**
 * Returns the path and query of a page of this service, for a redirect after the sign-in. Anything else becomes the
 * dashboard: another origin, in any spelling that browsers accept, and paths that record.
 */
export function toOwnPage(address: string, toPath: ToPath): string {
  const dashboard = toPath('/');
  if (!URL.canParse(address, base)) return dashboard;
  // The parser of browsers: it resolves `..`, backslashes and control characters.
  const { origin, pathname, search } = new URL(address, base);
  const visitors = toPath('/-/visitors/');
  const isPage = pathname === dashboard || (pathname.startsWith(visitors) && pathname !== visitors);
  return origin === base && isPage ? pathname + search : dashboard;
}
