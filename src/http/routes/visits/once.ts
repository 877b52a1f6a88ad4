import type { Request } from 'express';
import { z } from 'zod';
import { HttpProblem } from '../../problem';
import { identifyClient } from '../../middleware/client-address';
import { givenOnce } from '../parameters';
import { isImageProxy } from './is-bot';

const dayHours = 24;

/** The parameters of a request that records, besides the name. `once` is in hours. */
export const onceQuery = z.object({
  once: z
    .string(givenOnce)
    .regex(/^(?:day|(?:[1-9]|1\d|2[0-4])h)$/, 'must be day, or a number of hours from 1h to 24h')
    .transform((text) => (text === 'day' ? dayHours : Number.parseInt(text, 10)))
    .optional()
    .describe(
      'Count a client once within this time: `day` (24 hours) or `1h` to `24h`. Ignored for image proxies.',
    )
    .meta({ examples: ['day', '6h'] }),
});

// Few clients have a longer one, and many may wait.
const maxAgentLength = 512;

/**
 * Describes the client that is to be counted once. Undefined for an image proxy, which hides the people behind it.
 * @throws {HttpProblem} 400 `invalid-parameter` if the request has an `Idempotency-Key` as well.
 */
export function describeClient(request: Request): string | undefined {
  if (request.headers['idempotency-key'] !== undefined) {
    throw new HttpProblem({
      status: 400,
      code: 'invalid-parameter',
      detail:
        '"once" cannot be used together with Idempotency-Key. A retry with "once" is not counted twice. ' +
        'Nothing was recorded.',
    });
  }
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, maxAgentLength);
  return isImageProxy(userAgent) ? undefined : `${identifyClient(request)}\n${userAgent}`;
}
