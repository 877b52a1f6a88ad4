import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { historyIntervals, type HistoryRequest } from '../../../services/queries/history';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { json, problems } from '../../responses';
import { sendSharedJson } from '../../send-body';
import { storedUsernameParams, timestamp, timeZone } from '../parameters';
import {
  historySchema,
  presentHistory,
  presentSummary,
  summarySchema,
  visitorHistorySchema,
} from './history-json';

const historyQuery = z
  .object({
    interval: z
      .enum(historyIntervals, `must be one of ${historyIntervals.join(', ')}`)
      .default('day')
      .describe('The length of a point. Weeks start on Monday. "all" is one point for the whole span.'),
    tz: timeZone,
    since: timestamp
      .optional()
      .describe(
        'The start. Default: 24 hours, 30 days, 53 weeks or 12 months before "until"; the year 1 for "all".',
      ),
    until: timestamp.optional().describe('The end, exclusive. Default: now.'),
  })
  .transform(({ interval, tz, since, until }, context): HistoryRequest => {
    if (since && since > (until ?? new Date())) {
      context.addIssue({ code: 'custom', path: ['since'], message: 'must not be after "until"' });
    }
    return { interval, timeZone: tz, since, until };
  });

/** Creates the endpoints that read visits over time. */
export function createHistoryEndpoints(services: Pick<Services, 'getHistory' | 'getSummary'>): Endpoint[] {
  return [
    defineEndpoint({
      path: '/-/summary',
      summary: 'Get totals over all visitors',
      query: z.object({ tz: timeZone }),
      responses: { ...json('The current totals.', summarySchema), ...problems(400, 503) },
      async handle({ query }, response) {
        const summary = await services.getSummary(query.tz);
        sendSharedJson(response, summary, () => presentSummary(summary));
      },
    }),
    defineEndpoint({
      path: '/-/history',
      summary: 'Get visits over time of all visitors',
      query: historyQuery,
      responses: { ...json('The points in order of time.', historySchema), ...problems(400, 503) },
      async handle({ query }, response) {
        const history = await services.getHistory(query);
        sendSharedJson(response, history, () => presentHistory(query, history));
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username/history',
      summary: 'Get visits over time of one visitor',
      params: storedUsernameParams,
      query: historyQuery,
      responses: {
        ...json('The points in order of time.', visitorHistorySchema),
        ...problems(400, 404, 503),
      },
      async handle({ params: { username }, query }, response) {
        const history = await services.getHistory(query, username);
        sendSharedJson(response, history, () => ({ username, ...presentHistory(query, history) }));
      },
    }),
  ];
}
