import { z } from 'zod';
import type { Services } from '../../../services/create-services';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import type { ReadAccess } from '../../middleware/read-access';
import { DashboardPage } from '../../pages/dashboard-page';
import { createFormats } from '../../pages/format';
import { renderPage, sendPage } from '../../pages/send-page';
import { VisitorPage } from '../../pages/visitor-page';
import type { WebAssets } from '../../pages/web-assets';
import { renderOnce } from '../../render-once';
import { body, mediaTypes, type Responses } from '../../responses';
import { storedUsernameParams } from '../parameters';
import { dashboardQuery, visitorPageQuery } from './dashboard-query';
import { presentDashboardPage, presentVisitorPage } from './present-pages';

/** Creates the endpoints of the pages. Opening a page records nothing. */
export function createPageEndpoints(
  services: Pick<Services, 'getDashboard' | 'getVisitorRange'>,
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
      async handle({ query: view }, response, request) {
        const dashboard = await services.getDashboard(view.list.page, view.range, view.timeZone);
        const languages = request.acceptsLanguages();
        const page = renderOnce(dashboard, JSON.stringify([view.query, languages]), () => {
          const props = presentDashboardPage(dashboard, view, createFormats(languages));
          return renderPage(
            <DashboardPage assets={assets} canSignOut={canSignOut} {...props} />,
            response.context.toPath,
          );
        });
        await sendPage(request, response, 200, page);
      },
    }),
    defineEndpoint({
      path: '/-/visitors/:username',
      summary: 'Get one visitor as a page',
      params: storedUsernameParams,
      query: visitorPageQuery,
      responses: { ...body('The visitor.', 'html'), ...problemPages(400, 401, 404, 429, 503) },
      async handle({ params: { username }, query: view }, response, request) {
        const found = await services.getVisitorRange(username, view.range, view.timeZone);
        const languages = request.acceptsLanguages();
        const page = renderOnce(found, JSON.stringify([view.query, languages]), () => {
          const props = presentVisitorPage(found, view, createFormats(languages));
          return renderPage(
            <VisitorPage assets={assets} canSignOut={canSignOut} {...props} />,
            response.context.toPath,
          );
        });
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
