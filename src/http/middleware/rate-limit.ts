import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Allowance, Endpoint } from '../define-endpoint';
import { HttpProblem } from '../problem';
import { findClientAddress } from './client-address';

/** How many requests a client may send in a window; 0 means unlimited. */
export interface RateLimits extends Readonly<Record<LimitedAllowance, number>> {
  /** Length of the window in seconds. */
  readonly windowS: number;
}

type LimitedAllowance = Exclude<Allowance, 'none'>;

/** The middleware that enforces each limited allowance; an unlimited one has no entry. */
export type RateLimiters = ReadonlyMap<Allowance, RequestHandler>;

// Providers usually assign a /56 to a customer, so a client with many addresses is counted once.
const ipv6Prefix = 56;

/** Creates a limiter for each limited allowance. Each process counts on its own. */
export function createRateLimiters(limits: RateLimits): RateLimiters {
  const limited = (['visits', 'reads', 'badges'] as const).filter((allowance) => limits[allowance] > 0);
  return new Map(
    limited.map((allowance) => [allowance, createLimiter(allowance, limits[allowance], limits.windowS)]),
  );
}

/** Returns the limiter of an endpoint as a list of middleware, which is empty without a limit. */
export function limitRate({ allowance, skip }: Endpoint, limiters: RateLimiters): RequestHandler[] {
  const limiter = limiters.get(allowance);
  if (!limiter) return [];
  if (!skip) return [limiter];
  return [
    (request, response, next) => {
      // The endpoint that answers a skipped request counts it.
      if (skip(request)) next();
      else void limiter(request, response, next);
    },
  ];
}

function createLimiter(allowance: LimitedAllowance, limit: number, windowS: number): RequestHandler {
  const consequence = allowance === 'reads' ? '' : ' Nothing was recorded.';
  return rateLimit({
    limit,
    windowMs: windowS * 1000,
    standardHeaders: 'draft-6',
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(findClientAddress(request), ipv6Prefix),
    // The library's own checks write to the console, and the settings are already validated.
    validate: false,
    handler: (_request, _response, next) => {
      next(
        new HttpProblem({
          status: 429,
          code: 'too-many-requests',
          detail: `Too many requests from your address. Wait for the seconds in "Retry-After".${consequence}`,
        }),
      );
    },
  });
}
