import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { historyIntervals, type HistoryRequest } from '../../../services/queries/history';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { presentHistory, presentSummary } from '../visitors/visitor-json';
import { historySchema, summarySchema, visitorHistorySchema } from './history-json';
import { json, problems } from '../../responses';
import { timestamp, timeZone, usernameParams } from '../parameters';
import { sendJson } from '../../send-body';

const historyQuery = z
  .object({
    interval: z
      .enum(historyIntervals, `it is none of ${historyIntervals.join(', ')}`)
      .default('day')
      .describe('The length of a point; a week begins on Monday.'),
    tz: timeZone,
    since: timestamp
      .optional()
      .describe('Its beginning. Without it: 24 hours, 30 days, 53 weeks or 12 months, ending with "until".'),
    until: timestamp.optional().describe('Its end, not included. Without it: now.'),
  })
  .transform(({ interval, tz, since, until = new Date() }, context): HistoryRequest => {
    if (since && since > until) {
      context.addIssue({ code: 'custom', path: ['since'], message: 'it lies after "until"' });
    }
    return { interval, timeZone: tz, since, until };
  });

const summaryQuery = z.object({ tz: timeZone });

/** The routes that read visits over time; none of them records anything. */
export function createHistoryEndpoints(services: Pick<Services, 'getHistory' | 'getSummary'>): Endpoint[] {
  return [
    defineEndpoint({
      path: '/-/summary',
      summary: 'Read the numbers over all visitors',
      query: summaryQuery,
      responses: { ...json('The numbers of this moment.', summarySchema), ...problems(400, 503) },
      async handle({ query }, response) {
        const summary = await services.getSummary(query.tz);
        response.set('Cache-Control', 'no-store');
        sendJson(response, presentSummary(summary));
      },
    }),
    defineEndpoint({
      path: '/-/history',
      summary: 'Read the visits over time of all visitors',
      query: historyQuery,
      responses: { ...json('The points, in order.', historySchema), ...problems(400, 503) },
      async handle({ query }, response) {
        const history = await services.getHistory(query);
        response.set('Cache-Control', 'no-store');
        sendJson(response, presentHistory(query, history));
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username/history',
      summary: 'Read the visits over time of one visitor',
      params: usernameParams,
      query: historyQuery,
      responses: { ...json('The points, in order.', visitorHistorySchema), ...problems(400, 404, 503) },
      async handle({ params: { username }, query }, response) {
        const history = await services.getHistory(query, username);
        response.set('Cache-Control', 'no-store');
        sendJson(response, { username, ...presentHistory(query, history) });
      },
    }),
  ];
}
