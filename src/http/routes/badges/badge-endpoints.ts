import type { Response } from 'express';
import type { Services } from '../../../services/create-services';
import { badgeQuery, type BadgeOptions } from './badge-query';
import { presentBadge, renderBadge } from './render-badge';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { idempotencyHeaders, recordRequestedVisit, replayHeaders } from '../visits/record-requested-visit';
import { refuseSpeculation } from '../visits/reject-prefetch';
import { sendProblem, type SendProblem } from '../../problem';
import { badgeSchema } from '../history/history-json';
import { body, json, problems } from '../../responses';
import { usernameParams } from '../parameters';
import { sendBody, sendHead, sendJson } from '../../send-body';

const svgType = 'image/svg+xml; charset=utf-8';

/** The routes of the badges: pictures of a number, for a README. Only the one that says `hit` records. */
export function createBadgeEndpoints(
  services: Pick<Services, 'recorder' | 'recordVisitOnce' | 'getTotal'>,
): Endpoint[] {
  const { getTotal } = services;
  return [
    defineEndpoint({
      path: '/-/badge/:username.svg',
      allowance: 'badges',
      summary: 'Show the number as a picture without recording a visit',
      params: usernameParams,
      query: badgeQuery,
      responses: { ...body('The badge, with `–` while the number cannot be read.', 'svg'), ...problems(400) },
      async handle({ params, query }, response) {
        becomeDash(response, () => sendBadge(response, undefined, query));
        sendBadge(response, await getTotal(params.username), query);
      },
    }),
    defineEndpoint({
      path: '/-/hit/:username.svg',
      allowance: 'badges',
      summary: 'Record one visit and show the number it got as a picture',
      params: usernameParams,
      query: badgeQuery,
      headers: idempotencyHeaders,
      responses: {
        ...body('The badge, with `–` while nothing is known to be recorded.', 'svg', replayHeaders),
        ...problems(400, 422, 503),
      },
      async handle({ params, query }, response, request) {
        refuseSpeculation(request);
        becomeDash(response, () => sendBadge(response, undefined, query));
        const { visits, replayed } = await recordRequestedVisit(services, request, params.username);
        if (replayed) response.set('Idempotent-Replayed', 'true');
        sendBadge(response, String(visits), query);
      },
      // A HEAD must not count, and without a count there is no picture to describe.
      head: (_input, response) => {
        setUncacheable(response);
        sendHead(response, svgType);
      },
    }),
    defineEndpoint({
      path: '/-/badge/:username.json',
      allowance: 'badges',
      summary: 'Describe the badge for shields.io, without recording a visit',
      params: usernameParams,
      query: badgeQuery,
      responses: {
        ...json('The badge in the endpoint schema of shields.io.', badgeSchema),
        ...problems(400),
      },
      async handle({ params, query }, response) {
        becomeDash(response, () => sendDescription(response, undefined, query));
        sendDescription(response, await getTotal(params.username), query);
      },
    }),
  ];
}

/**
 * A proxy would keep an error image, or show a broken one, long after the trouble is over. So whatever passes by
 * itself gives no number instead, and only a mistake in the request is a problem. The error exit logs either.
 */
function becomeDash(response: Response, sendDash: () => void): void {
  const send: SendProblem = (request, _response, problem) => {
    if (problem.status === 503 && !response.headersSent) sendDash();
    else sendProblem(request, response, problem);
  };
  response.locals['sendProblem'] = send;
}

function sendBadge(response: Response, visits: string | undefined, options: BadgeOptions): void {
  setUncacheable(response);
  sendBody(response, 200, svgType, renderBadge(visits, options));
}

function sendDescription(response: Response, visits: string | undefined, options: BadgeOptions): void {
  setUncacheable(response);
  sendJson(response, presentBadge(visits, options));
}

// What GitHub's image proxy and the older ones look at, so that each view of a README asks again.
// https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-anonymized-urls
function setUncacheable(response: Response): void {
  response.set({
    'Cache-Control': 'no-store, no-cache, must-revalidate, max-age=0',
    Expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
    Pragma: 'no-cache',
    // A badge is made to stand in other people's pages.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
}
