import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { json, problems } from '../../responses';
import { sendJson } from '../../send-body';
import { usernameParams } from '../parameters';
import { listQuery, renderListPath } from './list-query';
import { presentVisitor, presentVisitorDetail, visitorDetailSchema, visitorListSchema } from './visitor-json';

/** Creates the endpoints that read visitors. */
export function createVisitorEndpoints(services: Pick<Services, 'listVisitors' | 'getVisitor'>): Endpoint[] {
  return [
    defineEndpoint({
      path: '/',
      summary: 'List visitors and their visits',
      query: listQuery,
      responses: {
        ...json('A page of the list. The `Link` header has the next page.', visitorListSchema),
        ...problems(400, 503),
      },
      async handle({ query }, response) {
        const { visitors, next: after } = await services.listVisitors(query.page, query.window);
        const next = after && renderListPath({ ...query, page: { ...query.page, after } });
        if (next) response.set('Link', `<${next}>; rel="next"`);
        response.set('Cache-Control', 'no-store');
        sendJson(response, { results: visitors.map(presentVisitor), next: next ?? null });
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username',
      summary: 'Get one visitor',
      params: usernameParams,
      responses: { ...json('The visitor.', visitorDetailSchema), ...problems(400, 404, 503) },
      async handle({ params }, response) {
        const visitor = await services.getVisitor(params.username);
        response.set('Cache-Control', 'no-store');
        sendJson(response, presentVisitorDetail(visitor));
      },
    }),
  ];
}
