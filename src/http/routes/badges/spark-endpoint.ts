import type { Response } from 'express';
import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { renderOnce } from '../../render-once';
import { body, problems } from '../../responses';
import { sendBody } from '../../send-body';
import { timeZone, storedUsernameParams } from '../parameters';
import { color } from './badge-query';
import { renderSpark } from './render-spark';
import { badgeHeaders, inTime, onUnavailable, svgType } from './send-badge';

const sparkQuery = z.object({
  color: color.default('#007ec6').describe('The colour of the line: an opaque CSS colour.'),
  tz: timeZone,
});

/** Creates the endpoint that draws the visits of the last 30 days. It records nothing. */
export function createSparkEndpoint(services: Pick<Services, 'listLastDays'>): Endpoint {
  return defineEndpoint({
    path: '/-/spark/:username.svg',
    allowance: 'badges',
    audience: 'numbers',
    summary: 'Get the visits of the last 30 days as a line',
    params: storedUsernameParams,
    query: sparkQuery,
    responses: { ...body('The line; grey if the visits cannot be read.', 'svg'), ...problems(400) },
    async handle({ params: { username }, query }, response) {
      onUnavailable(response, () =>
        sendSpark(response, renderSpark({ username, days: undefined, ...query })),
      );
      const days = await inTime(
        services.listLastDays(username, query.tz),
        'database-unavailable',
        'The visits were not read in time.',
      );
      const render = () => renderSpark({ username, days, ...query });
      sendSpark(response, renderOnce(days, JSON.stringify([username, query.color]), render).plain);
    },
  });
}

function sendSpark(response: Response, image: string | Buffer): void {
  sendBody(response, 200, svgType, image, badgeHeaders);
}
