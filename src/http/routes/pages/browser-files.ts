import { z } from 'zod';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { HttpProblem } from '../../problem';
import { body, json, problems } from '../../responses';
import { sendBody, sendJson } from '../../send-body';

/**
 * Files that browsers and crawlers ask for by themselves. These names cannot be visited, so that opening a page
 * does not make visitors of them; `docs/http.md` lists them for people.
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
const unaskedFiles = new Set(['favicon.ico', 'robots.txt', ...missingFiles]);
const touchIcon = /^apple-touch-icon.*\.png$/;

/** Whether browsers or crawlers ask for this name by themselves, so that it cannot be visited. */
export function isAskedByBrowsers(name: string): boolean {
  return unaskedFiles.has(name) || touchIcon.test(name);
}

/** Answers what nobody typed; never a visit. */
export function createBrowserRequestEndpoints(): Endpoint[] {
  return [
    defineEndpoint({
      path: '/favicon.ico',
      summary: 'Answer the icon request of a browser',
      responses: json('An empty object.', z.object({})),
      handle: (_input, response) => {
        response.set('Cache-Control', 'public, max-age=86400');
        sendJson(response, {});
      },
    }),
    defineEndpoint({
      path: '/robots.txt',
      summary: 'Ask crawlers to stay away, since they would count',
      responses: body('The request.', 'text'),
      handle: (_input, response) => {
        response.set('Cache-Control', 'public, max-age=86400');
        sendBody(response, 200, 'text/plain; charset=utf-8', 'User-agent: *\nDisallow: /\n');
      },
    }),
    ...['/apple-touch-icon{*variant}.png', ...missingFiles.map((file) => `/${file}`)].map((path) =>
      defineEndpoint({
        path,
        summary: 'Refuse a file that browsers ask for by themselves',
        responses: problems(404),
        handle: () => {
          throw new HttpProblem({
            status: 404,
            code: 'not-found',
            detail: 'Browsers ask for this file by themselves; it is not here and is never counted.',
          });
        },
      }),
    ),
  ];
}
