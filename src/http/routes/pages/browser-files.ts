import { z } from 'zod';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { HttpProblem } from '../../problem';
import { body, json, problems } from '../../responses';
import { sendBody, sendJson } from '../../send-body';

/**
 * Files that browsers and crawlers request on their own. They cannot be visited as user names, so
 * that opening a page does not create visitors. `docs/http.md` lists them too.
 */
const missingFiles = [
  'manifest.json',
  'site.webmanifest',
  'browserconfig.xml',
  'sitemap.xml',
  'sitemap_index.xml',
  'ads.txt',
  'app-ads.txt',
  'humans.txt',
  'security.txt',
  'crossdomain.xml',
  '.well-known',
];
const browserFiles = new Set(['favicon.ico', 'robots.txt', ...missingFiles]);
const touchIcon = /^apple-touch-icon.*\.png$/;

/** Whether browsers or crawlers request this name on their own, so it is not a user name. */
export function isBrowserFile(name: string): boolean {
  return browserFiles.has(name) || touchIcon.test(name);
}

/** Creates the endpoints of these files. None records a visit. */
export function createBrowserFileEndpoints(): Endpoint[] {
  return [
    defineEndpoint({
      path: '/favicon.ico',
      audience: 'anyone',
      summary: 'Answer the icon request of a browser',
      responses: json('An empty object.', z.object({})),
      handle: (_input, response) => {
        response.set('Cache-Control', 'public, max-age=86400');
        sendJson(response, {});
      },
    }),
    defineEndpoint({
      path: '/robots.txt',
      audience: 'anyone',
      summary: 'Ask crawlers not to visit, because each request would count',
      responses: body('Rules that disallow every path.', 'text'),
      handle: (_input, response) => {
        response.set('Cache-Control', 'public, max-age=86400');
        sendBody(response, 200, 'text/plain; charset=utf-8', 'User-agent: *\nDisallow: /\n');
      },
    }),
    ...['/apple-touch-icon{*variant}.png', ...missingFiles.map((file) => `/${file}`)].map((path) =>
      defineEndpoint({
        path,
        audience: 'anyone',
        summary: 'Refuse a file that browsers request on their own',
        responses: problems(404),
        handle: () => {
          throw new HttpProblem({
            status: 404,
            code: 'not-found',
            detail: 'Browsers request this file on their own. It does not exist and is never counted.',
          });
        },
      }),
    ),
  ];
}
