import { text } from 'node:stream/consumers';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { withDeadline } from '../../../shared/with-deadline';
import type { ToPath } from '../../base-path';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { allowOwnForms, createKeyRequired, type Readers } from '../../middleware/read-access';
import { refuseOtherOrigin } from '../../middleware/refuse-other-origin';
import { signInPath } from '../../middleware/request-body';
import { applyPagePolicy } from '../../middleware/security-headers';
import { toOwnPage } from '../../pages/own-page';
import { createProblemPageSender } from '../../pages/problem-page';
import { renderPage, sendPage } from '../../pages/send-page';
import { SignInPage } from '../../pages/sign-in-page';
import type { WebAssets } from '../../pages/web-assets';
import { HttpProblem } from '../../problem';
import { Body } from '../../render-once';
import { body, mediaTypes, problemSchema, problems, type Responses } from '../../responses';
import { sendRedirect } from '../../send-body';
import { givenOnce } from '../parameters';

const signInQuery = z.object({
  next: z
    .string(givenOnce)
    .prefault('')
    .describe('The page to show afterwards: the dashboard or the page of a visitor.'),
});

const readBodyWithinMs = 5000;

/** Creates the endpoints of the sign-in. Without readers there is nothing to sign in to, and they are 404. */
export function createSignInEndpoints(readers: Readers | undefined, assets: WebAssets): Endpoint[] {
  const open = (request: Request, response: Response, address: string): Readers & { next: string } => {
    const next = toOwnPage(address, response.context.toPath);
    response.locals['sendProblem'] = createProblemPageSender(assets, () => next);
    applyPagePolicy(request, response, () => undefined);
    allowOwnForms(response);
    if (readers) return { ...readers, next };
    throw new HttpProblem({ status: 404, code: 'not-found', detail: 'This service has no read key.' });
  };
  return [
    defineEndpoint({
      path: signInPath,
      audience: 'anyone',
      summary: 'Get the page that asks for the read key',
      query: signInQuery,
      responses: {
        ...body('The page.', 'html'),
        ...redirect('Already signed in.'),
        ...problems(400),
        ...refusals(404),
      },
      async handle({ query }, response, request) {
        const { session, next } = open(request, response, query.next);
        if (session.isValid(request)) {
          sendRedirect(response, 303, next);
          return;
        }
        const page = renderPage(<SignInPage assets={assets} next={next} />, response.context.toPath);
        await sendPage(request, response, 200, new Body(page));
      },
    }),
    defineEndpoint({
      path: signInPath,
      methods: ['POST'],
      audience: 'anyone',
      summary: 'Sign in with the read key, as the form field `key`',
      query: signInQuery,
      responses: { ...redirect('Signed in by a cookie.'), ...problems(400), ...refusals(401, 403, 404, 429) },
      async handle({ query }, response, request) {
        const { session, checkKey, next } = open(request, response, query.next);
        const { toPath } = response.context;
        refuseOtherOrigin(request, toPath);
        await checkKey(request, await readKey(request, toPath));
        session.begin(request, response);
        sendRedirect(response, 303, next);
      },
    }),
    defineEndpoint({
      path: '/-/sign-out',
      methods: ['POST'],
      audience: 'anyone',
      summary: 'Sign out',
      responses: { ...redirect('Signed out.'), ...refusals(403, 404) },
      handle(_input, response, request) {
        const { session } = open(request, response, '');
        const { toPath } = response.context;
        refuseOtherOrigin(request, toPath);
        session.end(request, response);
        sendRedirect(response, 303, toPath(signInPath));
      },
    }),
  ];
}

async function readKey(request: Request, toPath: ToPath): Promise<string> {
  const form = await withDeadline(text(request).catch(refuseBrokenForm), readBodyWithinMs, () => {
    throw new HttpProblem({
      status: 408,
      code: 'request-timeout',
      detail: 'The form took too long to arrive.',
    });
  });
  const key = new URLSearchParams(form).get('key');
  if (!key) throw createKeyRequired(toPath);
  return key;
}

function refuseBrokenForm(): never {
  throw new HttpProblem({ status: 400, code: 'malformed-request', detail: 'The form did not arrive.' });
}

function redirect(description: string): Responses {
  return { 303: { description, content: { [mediaTypes.text]: z.string() } } };
}

function refusals(...statuses: readonly number[]): Responses {
  const content = { [mediaTypes.html]: z.string(), [mediaTypes.problem]: problemSchema };
  const refusal = {
    description: 'A page that describes the problem, with the form if a key is needed.',
    content,
  };
  return Object.fromEntries(statuses.map((status) => [status, refusal]));
}
