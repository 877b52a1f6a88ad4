import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Allowance, Endpoint } from '../define-endpoint';
import { HttpProblem } from '../problem';

/** How many requests one client may send in a window of so many seconds; 0: any number. */
export interface RateLimits extends Readonly<Record<LimitedAllowance, number>> {
  readonly windowS: number;
}

type LimitedAllowance = Exclude<Allowance, 'none'>;

/** What refuses a client that has used up an allowance; nothing stands for one without a limit. */
export type RateLimiters = ReadonlyMap<Allowance, RequestHandler>;

// What a household or a server is usually given, so that nobody has more allowances for having more addresses.
const ipv6Prefix = 56;

/** Creates a limiter for each allowance that has a limit. They count in this process alone. */
export function createRateLimiters(limits: RateLimits): RateLimiters {
  const limited = (['visits', 'reads', 'badges'] as const).filter((allowance) => limits[allowance] > 0);
  return new Map(
    limited.map((allowance) => [allowance, createLimiter(allowance, limits[allowance], limits.windowS)]),
  );
}

/** The handlers that come before an endpoint's own: its limiter, or none, so that no limit costs nothing. */
export function limitRate({ allowance, skip }: Endpoint, limiters: RateLimiters): RequestHandler[] {
  const limiter = limiters.get(allowance);
  if (!limiter) return [];
  if (!skip) return [limiter];
  return [
    (request, response, next) => {
      // What another endpoint answers is counted there.
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
    // A client that has hung up has no address any more, and gets no answer.
    keyGenerator: ({ ip = '' }) => ipKeyGenerator(ip, ipv6Prefix),
    // They write to the console, and the settings are checked by us.
    validate: false,
    handler: (_request, _response, next) => {
      next(
        new HttpProblem({
          status: 429,
          code: 'too-many-requests',
          detail: `Your address asks too often; wait as long as "Retry-After" says.${consequence}`,
        }),
      );
    },
  });
}
