import type { Request } from 'express';
import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { DashboardPage } from '../../pages/dashboard-page';
import { createNumberFormat } from '../../pages/format';
import { sendPage } from '../../pages/send-page';
import { VisitorPage } from '../../pages/visitor-page';
import type { WebAssets } from '../../pages/web-assets';
import { body, mediaTypes, type Responses } from '../../responses';
import { presentSummary } from '../history/history-json';
import { usernameParams } from '../parameters';
import { renderCursor } from '../visitors/visitor-cursor';
import { presentVisitor, presentVisitorDetail } from '../visitors/visitor-json';
import { dashboardQuery } from './dashboard-query';

/** Creates the endpoints of the pages. Opening a page records nothing. */
export function createPageEndpoints(
  services: Pick<Services, 'listVisitors' | 'getVisitor' | 'getSummary'>,
  assets: WebAssets,
): Endpoint[] {
  return [
    defineEndpoint({
      path: '/',
      summary: 'Get the dashboard as a page',
      query: dashboardQuery,
      responses: { ...body('The dashboard.', 'html'), ...problemPages(400, 429, 503) },
      async handle({ query: { list, query, timeZone } }, response, request) {
        const [summary, page] = await Promise.all([
          services.getSummary(timeZone),
          services.listVisitors(list.page),
        ]);
        sendPage(
          response,
          200,
          <DashboardPage
            assets={assets}
            query={query}
            summary={presentSummary(summary)}
            visitors={page.visitors.map(presentVisitor)}
            next={page.next && renderCursor(page.next)}
            timeZone={timeZone}
            format={readNumberFormat(request)}
            now={new Date()}
          />,
        );
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username',
      summary: 'Get one visitor as a page',
      params: usernameParams,
      responses: { ...body('The visitor.', 'html'), ...problemPages(400, 404, 429, 503) },
      async handle({ params }, response, request) {
        const detail = await services.getVisitor(params.username);
        const visitor = presentVisitorDetail(detail);
        const format = readNumberFormat(request);
        sendPage(
          response,
          200,
          <VisitorPage assets={assets} visitor={visitor} format={format} now={detail.readAt} />,
        );
      },
    }),
  ];
}

function readNumberFormat(request: Request) {
  return createNumberFormat(request.acceptsLanguages());
}

function problemPages(...statuses: readonly number[]): Responses {
  const page = {
    description: 'A page that describes the problem.',
    content: { [mediaTypes.html]: z.string() },
  };
  return Object.fromEntries(statuses.map((status) => [status, page]));
}
