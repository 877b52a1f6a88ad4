import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { idempotencyHeaders, recordRequestedVisit, replayHeaders } from './record-requested-visit';
import { refuseSpeculation } from './reject-prefetch';
import { presentVisitor } from '../visitors/visitor-json';
import { visitorSchema } from '../history/history-json';
import { json, problems } from '../../responses';
import { usernameParams } from '../parameters';
import { sendHead, sendJson } from '../../send-body';
import { isAskedByBrowsers } from '../pages/browser-files';

/** The route that counts. The names of files that browsers ask for by themselves are left to the routes after it. */
export function createVisitEndpoints(services: Pick<Services, 'recorder' | 'recordVisitOnce'>): Endpoint[] {
  return [
    defineEndpoint({
      path: '/:username',
      summary: 'Record one visit and answer with the number it got',
      allowance: 'visits',
      skip: ({ params }) => isAskedByBrowsers(String(params['username'])),
      params: usernameParams,
      headers: idempotencyHeaders,
      responses: {
        ...json('The visit is committed; `visits` is its number.', visitorSchema, replayHeaders),
        ...problems(400, 422, 503),
      },
      handle({ params }, response, request) {
        refuseSpeculation(request);
        return recordRequestedVisit(services, request, params.username).then((visit) => {
          sendJson(response, presentVisitor(visit), visit.replayed ? replayed : noStore);
        });
      },
      // Without a visit there is no number, and so no body to describe.
      head: (_input, response) => {
        sendHead(response, 'application/json; charset=utf-8', noStore);
      },
    }),
  ];
}

const noStore = ['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'];
const replayed = [...noStore, 'Idempotent-Replayed', 'true'];
