import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { historyIntervals, type HistoryRequest } from '../../../services/queries/history';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { json, problems } from '../../responses';
import { sendSharedJson } from '../../send-body';
import { storedUsernameParams, timestamp, timeZone } from '../parameters';
import { rangeParameters, toRange } from '../range-query';
import { historySchema, presentHistory, presentSummary, visitorHistorySchema } from './history-json';
import {
  presentRangeSummary,
  presentVisitorRange,
  rangeSummarySchema,
  visitorRangeSchema,
} from './range-json';

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

const rangeQuery = rangeParameters
  .extend({ tz: timeZone })
  .transform(({ tz, ...given }, context) => ({ range: toRange(given, context), timeZone: tz }));

/** Creates the endpoints that read visits over time. */
export function createHistoryEndpoints(
  services: Pick<Services, 'getHistory' | 'getSummary' | 'getRangeSummary' | 'getVisitorRange'>,
): Endpoint[] {
  return [
    defineEndpoint({
      path: '/-/summary',
      summary: 'Get totals over all visitors',
      query: rangeQuery,
      responses: { ...json('The current totals.', rangeSummarySchema), ...problems(400, 503) },
      async handle({ query: { range, timeZone } }, response) {
        if (range) {
          const summary = await services.getRangeSummary(range, timeZone);
          sendSharedJson(response, summary, () => presentRangeSummary(summary));
          return;
        }
        const summary = await services.getSummary(timeZone);
        sendSharedJson(response, summary, () => presentSummary(summary));
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username/summary',
      summary: 'Get the figures of one visitor in a range',
      params: storedUsernameParams,
      query: rangeQuery,
      responses: { ...json('The figures.', visitorRangeSchema), ...problems(400, 404, 503) },
      async handle({ params: { username }, query: { range, timeZone } }, response) {
        const found = await services.getVisitorRange(username, range ?? { key: 'all' }, timeZone);
        sendSharedJson(response, found, () => presentVisitorRange(found, timeZone));
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
