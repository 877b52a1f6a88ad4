import { z } from 'zod';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import type { WebAssets } from '../../pages/web-assets';
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

/** Creates the endpoint of the browser files. Names contain a hash, so caches may keep them. */
export function createAssetEndpoints({ files }: WebAssets): Endpoint[] {
  return [
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
