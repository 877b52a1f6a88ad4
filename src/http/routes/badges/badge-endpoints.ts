import type { Response } from 'express';
import type { Services } from '../../../services/create-services';
import { DomainError, type DomainErrorCode } from '../../../shared/domain-error';
import { withDeadline } from '../../../shared/with-deadline';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { sendProblem, type SendProblem } from '../../problem';
import { body, json, problems } from '../../responses';
import { sendBody, sendHead, sendJson } from '../../send-body';
import { usernameParams } from '../parameters';
import type { Admission } from '../visits/admission';
import { onceQuery } from '../visits/once';
import { recordRequestedVisit, type RecordingRequest } from '../visits/record-requested-visit';
import { idempotencyHeaders, ignoredHeaders, replayHeaders } from '../visits/visit-endpoints';
import { badgeQuery, type BadgeOptions } from './badge-query';
import { badgeSchema, presentBadge, renderBadge } from './render-badge';

const svgType = 'image/svg+xml; charset=utf-8';

// GitHub's image proxy gives up after 4 seconds and may keep the broken image.
const answerWithinMs = 2500;

/** Creates the endpoints of badges, which show a number as an image. Only `hit` records. */
export function createBadgeEndpoints(
  services: Pick<Services, 'recordVisit' | 'recordVisitOnce' | 'getTotal'>,
  admission: Admission,
): Endpoint[] {
  const getTotal = (username: string): Promise<string> =>
    inTime(services.getTotal(username), 'database-unavailable', 'The number was not read in time.');
  return [
    defineEndpoint({
      path: '/-/badge/:username.svg',
      allowance: 'badges',
      summary: 'Get the number of visits as an image',
      params: usernameParams,
      query: badgeQuery,
      responses: { ...body('The badge; `–` if the number cannot be read.', 'svg'), ...problems(400) },
      async handle({ params, query }, response) {
        onUnavailable(response, () => sendBadge(response, undefined, query));
        sendBadge(response, await getTotal(params.username), query);
      },
    }),
    createHitEndpoint(services, admission, getTotal),
    defineEndpoint({
      path: '/-/badge/:username.json',
      allowance: 'badges',
      summary: 'Get the badge as JSON for shields.io',
      params: usernameParams,
      query: badgeQuery,
      responses: {
        ...json('The badge in the endpoint schema of shields.io.', badgeSchema),
        ...problems(400),
      },
      async handle({ params, query }, response) {
        onUnavailable(response, () => sendDescription(response, undefined, query));
        sendDescription(response, await getTotal(params.username), query);
      },
    }),
  ];
}

/** Creates the endpoint whose image records a visit. */
function createHitEndpoint(
  services: Pick<Services, 'recordVisit' | 'recordVisitOnce'>,
  admission: Admission,
  getTotal: (username: string) => Promise<string>,
): Endpoint {
  return defineEndpoint({
    path: '/-/hit/:username.svg',
    allowance: 'badges',
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
        const visits = await recordInTime(recording, username);
        sendBadge(response, visits, query);
      } else {
        const visits = await getTotal(username);
        response.set('Visit-Ignored', decision);
        sendBadge(response, visits, query);
      }
    },
    // HEAD must not record, and without a number there is no image to describe.
    head: ({ params }, response) => {
      admission.refuseName(params.username);
      sendHead(response, svgType, badgeHeaders);
    },
  });
}

/** Records the visit and returns its number. The visit may still be counted after the deadline. */
async function recordInTime(recording: RecordingRequest, username: string): Promise<string> {
  const { visits, replayed, ignored } = await inTime(
    recordRequestedVisit(recording, username),
    'outcome-unknown',
    'The visit was not recorded in time and may still be counted.',
  );
  if (replayed) recording.response.set('Idempotent-Replayed', 'true');
  if (ignored) recording.response.set('Visit-Ignored', ignored);
  return String(visits);
}

/** Waits for the work, which goes on after the deadline. */
function inTime<T>(work: Promise<T>, code: DomainErrorCode, message: string): Promise<T> {
  return withDeadline(work, answerWithinMs, () => {
    throw new DomainError(code, message);
  });
}

/**
 * Sends a badge without a number in place of a problem with status 503. An image proxy may cache an
 * error, or show a broken image, long after a temporary failure. The error handler still logs it.
 */
function onUnavailable(response: Response, sendUnknown: () => void): void {
  const send: SendProblem = (request, _response, problem) => {
    if (problem.status === 503 && !response.headersSent) sendUnknown();
    else sendProblem(request, response, problem);
  };
  response.locals['sendProblem'] = send;
}

function sendBadge(response: Response, visits: string | undefined, options: BadgeOptions): void {
  sendBody(response, 200, svgType, renderBadge(visits, options), badgeHeaders);
}

function sendDescription(response: Response, visits: string | undefined, options: BadgeOptions): void {
  sendJson(response, presentBadge(visits, options), badgeHeaders);
}

// GitHub's and older image proxies respect these headers, so each view requests the badge again.
// https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-anonymized-urls
const badgeHeaders = [
  ...['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'],
  ...['Expires', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ...['Pragma', 'no-cache'],
];
