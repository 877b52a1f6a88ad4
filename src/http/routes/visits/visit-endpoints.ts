import type { Request, Response } from 'express';
import { z } from 'zod';
import type { RecordedVisit } from '../../../services/commands/recording/record-visits-once';
import type { Services } from '../../../services/create-services';
import { DomainError } from '../../../shared/domain-error';
import { withDeadline } from '../../../shared/with-deadline';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { HttpProblem } from '../../problem';
import { json, problems } from '../../responses';
import { sendHead, sendJson } from '../../send-body';
import { isBrowserFile } from '../pages/browser-files';
import { nameQuery, usernameParams } from '../parameters';
import { presentVisitor, visitorSchema } from '../visitors/visitor-json';
import type { Admission } from './admission';

const printable = /^[\x20-\x7e]{1,64}$/;

/** The request header that makes recording a visit idempotent, for the API document. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(printable)
    .optional()
    .describe(
      '1 to 64 printable ASCII characters, a new value for each visit. A repeat within 24 hours records nothing.',
    )
    .meta({ examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'] }),
});

/** The response header that marks a repeated response, for the API document. */
export const replayHeaders = {
  'Idempotent-Replayed': z
    .literal('true')
    .describe('The key was used before: this request recorded nothing.'),
};

/** The response header that marks a number that was only shown, for the API document. */
export const ignoredHeaders = {
  'Visit-Ignored': z
    .enum(['bot', 'prerender'])
    .describe('Why the visit was not counted: the number is the present one.'),
};

/** Creates the endpoints that record a visit. Names of browser files in a path go to later routes. */
export function createVisitEndpoints(
  services: Pick<Services, 'recordVisit' | 'getVisitor'>,
  admission: Admission,
): Endpoint[] {
  const answer = async (request: Request, response: Response, username: string): Promise<void> => {
    const decision = admission.decide(request, username);
    if (decision !== 'counted') {
      const visitor = await services.getVisitor(username);
      sendJson(response, presentVisitor(visitor), [...noStore, 'Visit-Ignored', decision]);
      return;
    }
    const visit = await recordRequestedVisit({ services, admission, request, response }, username);
    sendJson(response, presentVisitor(visit), visit.replayed ? replayed : noStore);
  };
  return [
    defineEndpoint({
      path: '/:username',
      methods: ['GET', 'POST'],
      summary: 'Record a visit and return its number',
      allowance: 'visits',
      audience: 'anyone',
      skip: ({ params }) => isBrowserFile(String(params['username'])),
      params: usernameParams,
      headers: idempotencyHeaders,
      responses,
      handle: ({ params }, response, request) => answer(request, response, params.username),
      // HEAD must not record, and without a visit there is no body.
      head: ({ params }, response) => {
        admission.refuseName(params.username);
        sendHead(response, 'application/json; charset=utf-8', noStore);
      },
    }),
    defineEndpoint({
      path: '/-/visits',
      methods: ['POST'],
      summary: 'Record a visit and return its number',
      allowance: 'visits',
      audience: 'anyone',
      query: nameQuery,
      headers: idempotencyHeaders,
      responses,
      handle: ({ query }, response, request) => answer(request, response, query.name),
    }),
  ];
}

const responses = {
  ...json('The visit is committed. `visits` is its number.', visitorSchema, {
    ...replayHeaders,
    ...ignoredHeaders,
  }),
  ...problems(400, 404, 422, 503),
};
const noStore = ['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'];
const replayed = [...noStore, 'Idempotent-Replayed', 'true'];

/** A request that `admission` counts, and what records it. */
export interface RecordingRequest {
  readonly services: Pick<Services, 'recordVisit'>;
  readonly admission: Admission;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Records the visit of a request, or finds the one that was recorded under its key.
 * @throws {HttpProblem} 400 `invalid-idempotency-key`, 404 `unknown-name`, 429 `too-many-names`; and the errors of the
 * services.
 */
export function recordRequestedVisit(
  { services: { recordVisit }, admission, request, response }: RecordingRequest,
  username: string,
): Promise<RecordedVisit> {
  const key = readKey(request);
  const check = admission.checkName?.(request, response, username);
  if (!check) return recordVisit(username, key);
  const visit = check.then(() => recordVisit(username, key));
  return withDeadline(visit, admission.answerWithinMs, refuseLateVisit);
}

function refuseLateVisit(): never {
  throw new DomainError('outcome-unknown', 'The visit was not recorded in time and may still be counted.');
}

function readKey({ headers, headersDistinct }: Request): string | undefined {
  // `headers` is cheaper to read, and most requests have no key.
  if (headers['idempotency-key'] === undefined) return undefined;
  const [key = '', ...others] = headersDistinct['idempotency-key'] ?? [];
  if (others.length === 0 && printable.test(key)) return key;
  throw new HttpProblem({
    status: 400,
    code: 'invalid-idempotency-key',
    detail: 'Idempotency-Key must be one value of 1 to 64 printable ASCII characters. Nothing was recorded.',
  });
}
