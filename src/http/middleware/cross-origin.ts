import type { Request } from 'express';
import { createSecurityHeaders, type HeaderPairs } from './security-headers';

/** The headers that every response to a request has. They are static, so recording a visit can send them in one list. */
export interface HeaderSet {
  readonly pairs: HeaderPairs;
  /** The same as a flat list of names and values. */
  readonly flat: readonly string[];
  /** Whether the page of another origin may read the response. */
  readonly allowsOrigin: boolean;
}

/** Chooses the headers that say which origins may read a response. */
export interface CrossOriginAccess {
  /** By the path: the number of a name is for every page, anything else for this origin and `CORS_ORIGINS`. */
  choose(request: Request): HeaderSet;
  /** For a path that is for every page as JSON but not as a page. */
  chooseForPage(request: Request): HeaderSet;
}

// What `fetch` may read besides the body.
const exposed = [
  'Idempotent-Replayed',
  'Link',
  'RateLimit-Limit',
  'RateLimit-Policy',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'Visit-Ignored',
  'X-Request-Id',
].join(', ');

/** The answer to a preflight, without the methods. Chromium keeps it for at most two hours. */
export const preflightHeaders = {
  'Access-Control-Allow-Headers': 'Content-Type, Idempotency-Key, X-Request-Id',
  'Access-Control-Max-Age': '7200',
};

// A name, a path below /-/ that records, draws or reads one, or the script for other sites. nginx has the same pattern.
const publicPath =
  /^\/(?:(?!-\/)[^/?]+|-\/(?:badge|hit|spark|visitors)\/[^?]*|-\/visits|-\/count\.js)(?:\?|$)/;

/**
 * Creates the choice of headers.
 * @param origins the origins that may read everything; `*` stands for all.
 */
export function createCrossOriginAccess(origins: readonly string[], basePath = ''): CrossOriginAccess {
  const forEveryone = createPublicHeaders();
  const varying = origins.length > 0 && !origins.includes('*') ? ([['Vary', 'Origin']] as const) : [];
  const own = createHeaderSet([...createSecurityHeaders(), ...varying], undefined);
  const byOrigin = new Map(
    origins.map((origin) => [origin, createHeaderSet([...createSecurityHeaders(), ...varying], origin)]),
  );
  const chooseForPage = ({ headers: { origin = '' } }: Request): HeaderSet =>
    byOrigin.get('*') ?? byOrigin.get(origin) ?? own;
  return {
    choose: (request) => {
      const { url } = request;
      const isPublic = url.startsWith(basePath) && publicPath.test(url.slice(basePath.length));
      return isPublic ? forEveryone : chooseForPage(request);
    },
    chooseForPage,
  };
}

/** Creates the headers of a response that every page may read and embed. */
export function createPublicHeaders(): HeaderSet {
  const name = 'Cross-Origin-Resource-Policy';
  const kept = createSecurityHeaders().filter(([header]) => header.toLowerCase() !== name.toLowerCase());
  return createHeaderSet([...kept, [name, 'cross-origin']], '*');
}

function createHeaderSet(headers: HeaderPairs, origin: string | undefined): HeaderSet {
  const allowed =
    origin === undefined
      ? []
      : ([
          ['Access-Control-Allow-Origin', origin],
          ['Access-Control-Expose-Headers', exposed],
        ] as const);
  const pairs = [...headers, ...allowed];
  return { pairs, flat: pairs.flat(), allowsOrigin: origin !== undefined };
}
