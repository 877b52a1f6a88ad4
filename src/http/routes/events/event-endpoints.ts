import type { Request } from 'express';
import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import type { LiveOverview } from '../../../services/live/create-overview-feed';
import { toSafeInteger } from '../../../shared/to-safe-integer';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { body, problems } from '../../responses';
import { storedUsernameParams } from '../parameters';
import { presentVisitor, presentVisitorDetail } from '../visitors/visitor-json';
import { sendEvents, type ServerSentEvent } from './send-events';
import type { StreamLimiter } from './stream-limiter';

const headers = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .describe('Sent by browsers on reconnection. The first event has the present state in any case.'),
});

const rules =
  'The first event has the present state, and another one follows each change, at most four a second. Their `id` is the number of visits. Without a change there is a comment every ten seconds. The stream ends when the service stops; connect again after `retry` milliseconds.';

/** Creates the endpoints of the live numbers. */
export function createEventEndpoints({ live }: Pick<Services, 'live'>, takePlace: StreamLimiter): Endpoint[] {
  const withinLimits = async (request: Request, work: () => Promise<void>): Promise<void> => {
    const leavePlace = takePlace(request);
    try {
      await work();
    } finally {
      leavePlace();
    }
  };
  return [
    defineEndpoint({
      path: '/-/events',
      summary: 'Watch the numbers over all visitors',
      headers,
      responses: {
        ...body(
          `Events with \`{"visits", "visitors", "changed"}\`. "changed" lists \`{"id", "username", "visits"}\` of the visitors whose number changed since the last event; null if it may be any. ${rules}`,
          'events',
        ),
        ...problems(503),
      },
      handle: (_input, response, request) =>
        withinLimits(request, () =>
          sendEvents(response, (signal) => live.watchOverview(signal), presentOverview),
        ),
    }),
    defineEndpoint({
      path: '/-/visitors/:username/events',
      audience: 'numbers',
      summary: 'Watch the number of one visitor',
      params: storedUsernameParams,
      headers,
      responses: {
        ...body(
          `Events with what \`/-/visitors/{username}\` answers. The stream also ends if the visitor is removed or hidden. ${rules}`,
          'events',
        ),
        ...problems(400, 404, 503),
      },
      handle: ({ params: { username } }, response, request) =>
        withinLimits(request, () =>
          sendEvents(
            response,
            (signal) => live.watchVisitor(username, signal),
            (visitor) => {
              const data = presentVisitorDetail(visitor);
              return { id: data.visits, data };
            },
          ),
        ),
    }),
  ];
}

function presentOverview({ visits, visitors, changed }: LiveOverview): ServerSentEvent {
  const id = toSafeInteger(visits);
  const data = {
    visits: id,
    visitors: toSafeInteger(visitors),
    changed: changed?.map(presentVisitor) ?? null,
  };
  return { id, data };
}
