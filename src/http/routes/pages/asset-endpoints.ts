import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import type { WebAsset, WebAssets } from '../../pages/web-assets';
import { HttpProblem } from '../../problem';
import { problems } from '../../responses';
import { sendCompressed } from '../../send-compressed';

const assetParams = z.object({
  file: z.string().describe('The name of a file of the pages.'),
});

const assetContent = {
  'text/javascript': z.string(),
  'text/css': z.string(),
  'image/svg+xml': z.string(),
};

/** Creates the endpoints of the browser files. Hashed names may be cached for good, `/-/count.js` for an hour. */
export function createAssetEndpoints({ files, counter }: WebAssets): Endpoint[] {
  return [
    defineCounter(counter),
    defineEndpoint({
      path: '/-/assets/:file',
      audience: 'anyone',
      summary: 'Get a script, a style sheet or an image of the pages',
      params: assetParams,
      responses: {
        200: { description: 'The file. Its name changes with its content.', content: assetContent },
        ...problems(404),
      },
      async handle({ params }, response, request) {
        const asset = files.get(params.file);
        if (!asset) {
          throw new HttpProblem({
            status: 404,
            code: 'not-found',
            detail: 'This file belongs to another release. Reload the page.',
          });
        }
        response.set('Cache-Control', 'public, max-age=31536000, immutable');
        await sendCompressed(request, response, 200, asset.type, asset.body);
      },
    }),
  ];
}

function defineCounter({ type, body }: WebAsset): Endpoint {
  const digest = createHash('sha256').update(body.plain).digest('base64url').slice(0, 22);
  // Weak, because each content encoding has other bytes.
  const tag = `W/"${digest}"`;
  return defineEndpoint({
    path: '/-/count.js',
    audience: 'anyone',
    summary: 'Get the script that counts a page of another site',
    responses: {
      200: { description: 'The script.', content: { 'text/javascript': z.string() } },
      304: { description: 'The script has not changed since `If-None-Match`.', content: {} },
    },
    async handle(_input, response, request) {
      response.set({ 'Cache-Control': 'public, max-age=3600', ETag: tag });
      if (request.fresh) response.vary('Accept-Encoding').writeHead(304).end();
      else await sendCompressed(request, response, 200, type, body);
    },
  });
}
