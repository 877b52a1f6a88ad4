import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { json, problems } from '../../responses';
import { sendSharedJson } from '../../send-body';
import { storedUsernameParams } from '../parameters';
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
        const list = await services.listVisitors(query.page, query.window);
        const { next: after } = list;
        const next =
          after && response.context.toPath(renderListPath({ ...query, page: { ...query.page, after } }));
        const link = next === undefined ? [] : ['Link', `<${next}>; rel="next"`];
        const present = () => ({ results: list.visitors.map(presentVisitor), next: next ?? null });
        sendSharedJson(response, list, present, link);
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username',
      audience: 'numbers',
      summary: 'Get one visitor',
      params: storedUsernameParams,
      responses: { ...json('The visitor.', visitorDetailSchema), ...problems(400, 404, 503) },
      async handle({ params }, response) {
        const visitor = await services.getVisitor(params.username);
        sendSharedJson(response, visitor, () => presentVisitorDetail(visitor));
      },
    }),
  ];
}
