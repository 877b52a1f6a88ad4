import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { body, json, problems } from '../../responses';
import { sendHead } from '../../send-body';
import { storedUsernameParams, usernameParams } from '../parameters';
import type { Admission } from '../visits/admission';
import { onceQuery } from '../visits/once';
import { recordRequestedVisit, type RecordingRequest } from '../visits/record-requested-visit';
import { idempotencyHeaders, ignoredHeaders, replayHeaders } from '../visits/visit-endpoints';
import { badgeQuery, type BadgeOptions } from './badge-query';
import { createCountReader, type ReadCounts } from './read-counts';
import { badgeSchema } from './render-badge';
import { badgeHeaders, inTime, onUnavailable, sendBadge, sendDescription, svgType } from './send-badge';

/** Creates the endpoints of badges, which show a number as an image. Only `hit` records. */
export function createBadgeEndpoints(
  services: Pick<Services, 'recordVisit' | 'recordVisitOnce' | 'getTotal' | 'listLastDays'>,
  admission: Admission,
): Endpoint[] {
  const readNow = createCountReader(services);
  const readCounts: ReadCounts = (username, options) =>
    inTime(readNow(username, options), 'database-unavailable', 'The number was not read in time.');
  return [
    defineEndpoint({
      path: '/-/badge/:username.svg',
      allowance: 'badges',
      audience: 'numbers',
      summary: 'Get the number of visits as an image',
      params: storedUsernameParams,
      query: badgeQuery,
      responses: { ...body('The badge; `–` if the number cannot be read.', 'svg'), ...problems(400) },
      async handle({ params, query }, response) {
        onUnavailable(response, () => sendBadge(response, undefined, query));
        sendBadge(response, await readCounts(params.username, query), query);
      },
    }),
    createHitEndpoint(services, admission, readCounts),
    defineEndpoint({
      path: '/-/badge/:username.json',
      allowance: 'badges',
      audience: 'numbers',
      summary: 'Get the badge as JSON for shields.io',
      params: storedUsernameParams,
      query: badgeQuery,
      responses: {
        ...json('The badge in the endpoint schema of shields.io.', badgeSchema),
        ...problems(400),
      },
      async handle({ params, query }, response) {
        onUnavailable(response, () => sendDescription(response, undefined, query));
        sendDescription(response, await readCounts(params.username, query), query);
      },
    }),
  ];
}

/** Creates the endpoint whose image records a visit. */
function createHitEndpoint(
  services: Pick<Services, 'recordVisit' | 'recordVisitOnce'>,
  admission: Admission,
  readCounts: ReadCounts,
): Endpoint {
  return defineEndpoint({
    path: '/-/hit/:username.svg',
    allowance: 'badges',
    audience: 'anyone',
    summary: 'Record a visit and return its number as an image',
    params: usernameParams,
    query: badgeQuery.extend(onceQuery.shape),
    headers: idempotencyHeaders,
    responses: {
      ...body('The badge; `–` if the visit is not known to be recorded.', 'svg', {
        ...replayHeaders,
        ...ignoredHeaders,
      }),
      ...problems(400, 404, 422, 503),
    },
    async handle({ params, query }, response, request) {
      const { username } = params;
      const decision = admission.decide(request, username, 'image');
      onUnavailable(response, () => sendBadge(response, undefined, query));
      if (decision === 'counted') {
        const recording = { services, admission, request, response, onceHours: query.once };
        sendBadge(response, await recordInTime(recording, username, query, readCounts), query);
      } else {
        const counts = await readCounts(username, query);
        response.set('Visit-Ignored', decision);
        sendBadge(response, counts, query);
      }
    },
    // HEAD must not record, and without a number there is no image to describe.
    head: ({ params }, response) => {
      admission.refuseName(params.username);
      sendHead(response, svgType, badgeHeaders);
    },
  });
}

/** Records the visit and returns the numbers of the badge. The visit may still be counted after the deadline. */
async function recordInTime(
  recording: RecordingRequest,
  username: string,
  options: BadgeOptions,
  readCounts: ReadCounts,
): Promise<string[]> {
  const work = async () => {
    const visit = await recordRequestedVisit(recording, username);
    return {
      ...visit,
      counts: options.period === 'total' ? [String(visit.visits)] : await readCounts(username, options),
    };
  };
  const { counts, replayed, ignored } = await inTime(
    work(),
    'outcome-unknown',
    'The visit was not recorded in time and may still be counted.',
  );
  if (replayed) recording.response.set('Idempotent-Replayed', 'true');
  if (ignored) recording.response.set('Visit-Ignored', ignored);
  return counts;
}
