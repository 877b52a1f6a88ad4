const base = 'http://own.invalid';

/**
 * Returns the path and query of a page of this service, for a redirect after the sign-in. Anything else becomes `/`:
 * another origin, in any spelling that browsers accept, and paths that record.
 */
export function toOwnPage(address: string): string {
  if (!URL.canParse(address, base)) return '/';
  // The parser of browsers: it resolves `..`, backslashes and control characters.
  const { origin, pathname, search } = new URL(address, base);
  return origin === base && /^\/(?:-\/visitors\/.+)?$/.test(pathname) ? pathname + search : '/';
}
