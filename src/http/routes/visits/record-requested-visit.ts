import type { Request } from 'express';
import { z } from 'zod';
import type { RecordedVisit } from '../../../services/commands/settle-visit-batch';
import type { Services } from '../../../services/create-services';
import { HttpProblem } from '../../problem';

const printable = /^[\x20-\x7e]{1,64}$/;

/** The header by which a visit may be asked for again without being counted again, for the API document. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(printable)
    .optional()
    .describe(
      '1 to 64 printable ASCII characters, new for each visit. A repeat within 24 hours records nothing.',
    )
    .meta({ examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'] }),
});

/** The header by which an answer says that it repeats the first one, for the API document. */
export const replayHeaders = {
  'Idempotent-Replayed': z
    .literal('true')
    .describe('The key is known: nothing was recorded by this request.'),
};

/** A visit as a request got it. */
export interface AnsweredVisit extends RecordedVisit {
  readonly replayed?: boolean;
}

/**
 * Records the visit that a request asks for, or finds the one that its key stands for. A request without a key takes
 * the way of the recorder, and pays nothing for the other.
 * @throws {HttpProblem} 400 `invalid-idempotency-key`; whatever the services throw.
 */
export function recordRequestedVisit(
  { recorder, recordVisitOnce }: Pick<Services, 'recorder' | 'recordVisitOnce'>,
  request: Request,
  username: string,
): Promise<AnsweredVisit> {
  if (request.headers['idempotency-key'] === undefined) return recorder.recordVisit(username);
  return recordVisitOnce(readKey(request), username);
}

function readKey({ headersDistinct }: Request): string {
  const [key = '', ...others] = headersDistinct['idempotency-key'] ?? [];
  if (others.length === 0 && printable.test(key)) return key;
  throw new HttpProblem({
    status: 400,
    code: 'invalid-idempotency-key',
    detail:
      'The header Idempotency-Key takes one value of 1 to 64 printable ASCII characters; nothing was recorded.',
  });
}
