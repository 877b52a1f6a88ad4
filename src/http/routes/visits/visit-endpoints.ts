import type { Request, Response } from 'express';
import { z } from 'zod';
import type { RecordedVisit } from '../../../services/commands/recording/record-visits-once';
import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { json, problems } from '../../responses';
import { sendHead, sendJson } from '../../send-body';
import { isBrowserFile } from '../pages/browser-files';
import { nameQuery, usernameParams } from '../parameters';
import { presentVisitor, visitorSchema } from '../visitors/visitor-json';
import type { Admission } from './admission';
import { onceQuery } from './once';
import { keyPattern, recordRequestedVisit } from './record-requested-visit';

/** The request header that makes recording a visit idempotent, for the API document. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(keyPattern)
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
    .enum(['bot', 'once', 'prerender'])
    .describe('Why the visit was not counted: the number is the present one.'),
};

/** Creates the endpoints that record a visit. Names of browser files in a path go to later routes. */
export function createVisitEndpoints(
  services: Pick<Services, 'recordVisit' | 'recordVisitOnce' | 'getVisitor'>,
  admission: Admission,
): Endpoint[] {
  const answer = async (
    request: Request,
    response: Response,
    username: string,
    onceHours: number | undefined,
  ): Promise<void> => {
    const decision = admission.decide(request, username);
    if (decision !== 'counted') {
      const visitor = await services.getVisitor(username);
      sendJson(response, presentVisitor(visitor), [...noStore, 'Visit-Ignored', decision]);
      return;
    }
    const recording = { services, admission, request, response, onceHours };
    const visit = await recordRequestedVisit(recording, username);
    sendJson(response, presentVisitor(visit), chooseHeaders(visit));
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
      query: onceQuery,
      headers: idempotencyHeaders,
      responses,
      handle: ({ params, query }, response, request) =>
        answer(request, response, params.username, query.once),
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
      query: nameQuery.extend(onceQuery.shape),
      headers: idempotencyHeaders,
      responses,
      handle: ({ query }, response, request) => answer(request, response, query.name, query.once),
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

function chooseHeaders(visit: RecordedVisit): readonly string[] {
  if (visit.ignored) return [...noStore, 'Visit-Ignored', visit.ignored];
  return visit.replayed ? replayed : noStore;
}
