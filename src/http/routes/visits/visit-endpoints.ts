import type { Request, Response } from 'express';
import { z } from 'zod';
import type { RecordedVisit } from '../../../services/commands/recording/record-visits-once';
import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { HttpProblem } from '../../problem';
import { json, problems } from '../../responses';
import { sendHead, sendJson } from '../../send-body';
import { isBrowserFile } from '../pages/browser-files';
import { nameQuery, usernameParams } from '../parameters';
import { presentVisitor, visitorSchema } from '../visitors/visitor-json';

const printable = /^[\x20-\x7e]{1,64}$/;
const prefetch = /\b(prefetch|prerender|preview)\b/i;

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

/** Creates the endpoints that record a visit. Names of browser files in a path go to later routes. */
export function createVisitEndpoints(services: Pick<Services, 'recordVisit'>): Endpoint[] {
  const answer = (request: Request, response: Response, username: string): Promise<void> => {
    rejectPrefetch(request);
    return recordRequestedVisit(services, request, username).then((visit) => {
      sendJson(response, presentVisitor(visit), visit.replayed ? replayed : noStore);
    });
  };
  return [
    defineEndpoint({
      path: '/:username',
      methods: ['GET', 'POST'],
      summary: 'Record a visit and return its number',
      allowance: 'visits',
      skip: ({ params }) => isBrowserFile(String(params['username'])),
      params: usernameParams,
      headers: idempotencyHeaders,
      responses,
      handle: ({ params }, response, request) => answer(request, response, params.username),
      // HEAD must not record, and without a visit there is no body.
      head: (_input, response) => {
        sendHead(response, 'application/json; charset=utf-8', noStore);
      },
    }),
    defineEndpoint({
      path: '/-/visits',
      methods: ['POST'],
      summary: 'Record a visit and return its number',
      allowance: 'visits',
      query: nameQuery,
      headers: idempotencyHeaders,
      responses,
      handle: ({ query }, response, request) => answer(request, response, query.name),
    }),
  ];
}

const responses = {
  ...json('The visit is committed. `visits` is its number.', visitorSchema, replayHeaders),
  ...problems(400, 422, 503),
};
const noStore = ['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'];
const replayed = [...noStore, 'Idempotent-Replayed', 'true'];

/**
 * Records the visit of a request, or finds the one that was recorded under its key.
 * @throws {HttpProblem} 400 `invalid-idempotency-key`; and the errors of the services.
 */
export function recordRequestedVisit(
  { recordVisit }: Pick<Services, 'recordVisit'>,
  request: Request,
  username: string,
): Promise<RecordedVisit> {
  return recordVisit(username, readKey(request));
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

/**
 * Whether a browser requests this for a page that it prerenders. It shows the page later without
 * requesting it again, or not at all.
 */
export function isPrerendered({ headers }: Request): boolean {
  return /\bprerender\b/i.test(String(headers['sec-purpose']));
}

/**
 * Rejects a request with which a browser prefetches, because nobody has visited yet. After a status
 * other than 2xx it discards the result, so the visit sends a new request.
 * https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Purpose
 * @throws {HttpProblem} 503 `speculative-request`.
 */
export function rejectPrefetch({ headers }: Request): void {
  const purpose = headers['sec-purpose'] ?? headers['purpose'] ?? headers['x-purpose'] ?? headers['x-moz'];
  if (purpose === undefined || !prefetch.test(String(purpose))) return;
  throw new HttpProblem({
    status: 503,
    code: 'speculative-request',
    detail: 'This request is a prefetch, so nothing was recorded. Send it again for the visit itself.',
  });
}
