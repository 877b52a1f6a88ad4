import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import type { ReadAccess } from '../../middleware/read-access';
import { DashboardPage } from '../../pages/dashboard-page';
import { createNumberFormat } from '../../pages/format';
import { renderPage, sendPage } from '../../pages/send-page';
import { VisitorPage } from '../../pages/visitor-page';
import type { WebAssets } from '../../pages/web-assets';
import { renderOnce } from '../../render-once';
import { body, mediaTypes, type Responses } from '../../responses';
import { presentSummary } from '../history/history-json';
import { storedUsernameParams } from '../parameters';
import { renderCursor } from '../visitors/visitor-cursor';
import { presentVisitor, presentVisitorDetail } from '../visitors/visitor-json';
import { dashboardQuery } from './dashboard-query';

/** Creates the endpoints of the pages. Opening a page records nothing. */
export function createPageEndpoints(
  services: Pick<Services, 'getDashboard' | 'getVisitor'>,
  assets: WebAssets,
  { readers }: Pick<ReadAccess, 'readers'>,
): Endpoint[] {
  const canSignOut = readers !== undefined;
  return [
    defineEndpoint({
      path: '/',
      summary: 'Get the dashboard as a page',
      query: dashboardQuery,
      responses: { ...body('The dashboard.', 'html'), ...problemPages(400, 401, 429, 503) },
      async handle({ query: { list, query, timeZone } }, response, request) {
        const dashboard = await services.getDashboard(list.page, timeZone);
        const languages = request.acceptsLanguages();
        const page = renderOnce(dashboard, JSON.stringify([query, languages]), () =>
          renderPage(
            <DashboardPage
              assets={assets}
              query={query}
              summary={presentSummary(dashboard.summary)}
              visitors={dashboard.list.visitors.map(presentVisitor)}
              next={dashboard.list.next && renderCursor(dashboard.list.next)}
              timeZone={timeZone}
              format={createNumberFormat(languages)}
              now={new Date()}
              canSignOut={canSignOut}
            />,
          ),
        );
        await sendPage(request, response, 200, page);
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username',
      summary: 'Get one visitor as a page',
      params: storedUsernameParams,
      responses: { ...body('The visitor.', 'html'), ...problemPages(400, 401, 404, 429, 503) },
      async handle({ params }, response, request) {
        const detail = await services.getVisitor(params.username);
        const languages = request.acceptsLanguages();
        const page = renderOnce(detail, JSON.stringify(languages), () =>
          renderPage(
            <VisitorPage
              assets={assets}
              visitor={presentVisitorDetail(detail)}
              format={createNumberFormat(languages)}
              now={detail.readAt}
              canSignOut={canSignOut}
            />,
          ),
        );
        await sendPage(request, response, 200, page);
      },
    }),
  ];
}

function problemPages(...statuses: readonly number[]): Responses {
  const page = {
    description: 'A page that describes the problem.',
    content: { [mediaTypes.html]: z.string() },
  };
  return Object.fromEntries(statuses.map((status) => [status, page]));
}
