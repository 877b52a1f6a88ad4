import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { json, problems } from '../../responses';
import { sendHead, sendJson } from '../../send-body';
import { isBrowserFile } from '../pages/browser-files';
import { usernameParams } from '../parameters';
import { presentVisitor, visitorSchema } from '../visitors/visitor-json';
import {
  idempotencyHeaders,
  recordRequestedVisit,
  rejectPrefetch,
  replayHeaders,
} from './record-requested-visit';

/** Creates the endpoint that records a visit. Names of browser files go to later routes. */
export function createVisitEndpoints(services: Pick<Services, 'recordVisit'>): Endpoint[] {
  return [
    defineEndpoint({
      path: '/:username',
      summary: 'Record a visit and return its number',
      allowance: 'visits',
      skip: ({ params }) => isBrowserFile(String(params['username'])),
      params: usernameParams,
      headers: idempotencyHeaders,
      responses: {
        ...json('The visit is committed. `visits` is its number.', visitorSchema, replayHeaders),
        ...problems(400, 422, 503),
      },
      handle({ params }, response, request) {
        rejectPrefetch(request);
        return recordRequestedVisit(services, request, params.username).then((visit) => {
          sendJson(response, presentVisitor(visit), visit.replayed ? replayed : noStore);
        });
      },
      // HEAD must not record, and without a visit there is no body.
      head: (_input, response) => {
        sendHead(response, 'application/json; charset=utf-8', noStore);
      },
    }),
  ];
}

const noStore = ['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'];
const replayed = [...noStore, 'Idempotent-Replayed', 'true'];
