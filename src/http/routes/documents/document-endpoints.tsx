import { z } from 'zod';
import type { ToPath } from '../../base-path';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { applyPagePolicy } from '../../middleware/security-headers';
import { createOpenApiDocument, type DescribedMount } from '../../openapi/create-openapi-document';
import type { OpenApiDocument } from '../../openapi/openapi-document';
import { DocsPage } from '../../pages/docs-page';
import { renderPage, sendPage } from '../../pages/send-page';
import type { WebAssets } from '../../pages/web-assets';
import { renderOnce } from '../../render-once';
import { body, json } from '../../responses';
import { sendJson } from '../../send-body';

const documentSchema = z.looseObject({
  openapi: z.literal('3.1.1'),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.looseObject({})),
});

/**
 * Creates the endpoints of the API document. It includes them, so it lists the mounts at the first
 * request, when all of them exist.
 */
export function createDocumentEndpoints(
  listMounts: () => readonly DescribedMount[],
  assets: WebAssets,
): Endpoint[] {
  let document: OpenApiDocument | undefined;
  const getDocument = (toPath: ToPath) => (document ??= createOpenApiDocument(listMounts(), toPath));
  return [
    defineEndpoint({
      path: '/-/openapi.json',
      audience: 'anyone',
      summary: 'Get the API document for programs',
      responses: json('An OpenAPI 3.1 document.', documentSchema),
      handle: (_input, response) => {
        response.set('Cache-Control', 'no-cache');
        sendJson(response, getDocument(response.context.toPath));
      },
    }),
    defineEndpoint({
      path: '/-/docs',
      audience: 'anyone',
      summary: 'Get the API document as a page',
      responses: body('The page.', 'html'),
      async handle(_input, response, request) {
        applyPagePolicy(request, response, () => undefined);
        const { toPath } = response.context;
        const api = getDocument(toPath);
        const page = renderOnce(api, 'page', () =>
          renderPage(<DocsPage assets={assets} api={api} />, toPath),
        );
        await sendPage(request, response, 200, page);
      },
    }),
  ];
}
