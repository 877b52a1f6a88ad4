import type { Request, RequestHandler, Response } from 'express';
import { rateLimit, type RateLimitInfo } from 'express-rate-limit';
import type { Allowance, Endpoint } from '../define-endpoint';
import { HttpProblem } from '../problem';
import { identifyClient } from './client-address';

/** How many requests a client may send in a window; 0 means unlimited. */
export interface RateLimits extends Readonly<Record<LimitedAllowance, number>> {
  /** Names that a client may create in a window. */
  readonly names: number;
  /** Length of the window in seconds. */
  readonly windowS: number;
}

type LimitedAllowance = Exclude<Allowance, 'none'>;

/** The middleware that enforces each limited allowance; an unlimited one has no entry. */
export type RateLimiters = ReadonlyMap<Allowance, RequestHandler>;

/** Creates a limiter for each limited allowance. Each process counts on its own. */
export function createRateLimiters(limits: RateLimits): RateLimiters {
  const limited = (['visits', 'reads', 'badges'] as const).filter((allowance) => limits[allowance] > 0);
  return new Map(
    limited.map((allowance) => [allowance, createLimiter(allowance, limits[allowance], limits.windowS)]),
  );
}

/** Returns the limiter of an endpoint as a list of middleware, which is empty without a limit. */
export function limitRate({ allowance }: Endpoint, limiters: RateLimiters): RequestHandler[] {
  const limiter = limiters.get(allowance);
  return limiter ? [limiter] : [];
}

/**
 * Creates the limiter of new names. Call it once for each name that a request is about to create.
 * @returns undefined if they are unlimited. The limiter rejects with 429 `too-many-names`.
 */
export function createNameLimiter({
  names,
  windowS,
}: RateLimits): ((request: Request, response: Response) => Promise<void>) | undefined {
  if (names === 0) return undefined;
  const limiter = rateLimit({
    limit: names,
    windowMs: windowS * 1000,
    // The headers of the answer describe the limit of visits.
    standardHeaders: false,
    legacyHeaders: false,
    requestPropertyName: 'newNames',
    keyGenerator: identifyClient,
    validate: false,
    handler: (request, _response, next) => {
      const { resetTime } = (request as unknown as { newNames: RateLimitInfo }).newNames;
      next(createTooManyNames(resetTime));
    },
  });
  return (request, response) =>
    new Promise((resolve, reject) => {
      void limiter(request, response, (error?: unknown) => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
    });
}

function createTooManyNames(resetTime = new Date()): HttpProblem {
  const wait = Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1000));
  return new HttpProblem({
    status: 429,
    code: 'too-many-names',
    detail:
      'Too many new names from your address. Wait for the seconds in "Retry-After". Nothing was recorded.',
    headers: { 'Retry-After': String(wait) },
  });
}

function createLimiter(allowance: LimitedAllowance, limit: number, windowS: number): RequestHandler {
  const consequence = allowance === 'reads' ? '' : ' Nothing was recorded.';
  return rateLimit({
    limit,
    windowMs: windowS * 1000,
    standardHeaders: 'draft-6',
    legacyHeaders: false,
    keyGenerator: identifyClient,
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
