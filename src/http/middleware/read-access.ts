import type { RequestHandler, Response } from 'express';
import type { ToPath } from '../base-path';
import type { Audience, Endpoint } from '../define-endpoint';
import { HttpProblem } from '../problem';
import { createReadKeyCheck, type CheckReadKey } from './check-read-key';
import type { CrossOriginAccess } from './cross-origin';
import { signInPath } from './request-body';
import { createReaderSession, type ReaderSession } from './reader-session';

/** Who may read. */
export interface ReadingRules {
  /** The key that opens what is not public. */
  readonly key: string | undefined;
  /** What every client may read. */
  readonly public: 'all' | 'numbers' | 'nothing';
}

/** How a client shows that it has the key. */
export interface Readers {
  readonly session: ReaderSession;
  readonly checkKey: CheckReadKey;
}

/** Admits the clients that may read. */
export interface ReadAccess {
  /** Returns the middleware of an endpoint, as a list that is empty if everybody may read it. */
  guard(endpoint: Pick<Endpoint, 'audience' | 'path'>): RequestHandler[];
  /** Undefined if everything is public. */
  readonly readers: Readers | undefined;
}

/** Creates the one place that decides who may read what. */
export function createReadAccess(
  { key, public: open }: ReadingRules,
  { chooseForPage }: Pick<CrossOriginAccess, 'chooseForPage'>,
): ReadAccess {
  if (key === undefined || open === 'all') return { guard: () => [], readers: undefined };
  const readers = { session: createReaderSession(key), checkKey: createReadKeyCheck(key) };
  const needsKey: Record<Audience, boolean> = {
    anyone: false,
    numbers: open === 'nothing',
    readers: true,
  };
  const admit =
    (path: string): RequestHandler =>
    async (request, response, next) => {
      response.context.route = path;
      response.context.headers = chooseForPage(request);
      response.vary('Cookie, Authorization');
      allowOwnForms(response);
      if (!readers.session.isValid(request)) {
        await readers.checkKey(request, readBearer(request.headers.authorization, response.context.toPath));
      }
      next();
    };
  return { guard: ({ audience, path }) => (needsKey[audience] ? [admit(path)] : []), readers };
}

/** Lets a browser send `Origin` with the forms of a page. With `no-referrer` it sends `null`. */
export function allowOwnForms(response: Response): void {
  response.set('Referrer-Policy', 'same-origin');
}

// https://www.rfc-editor.org/rfc/rfc6750#section-2.1
function readBearer(authorization = '', toPath: ToPath): string {
  const [, key] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (key === undefined) throw createKeyRequired(toPath);
  return key;
}

/** Creates the refusal of a client that sent no key. */
export function createKeyRequired(toPath: ToPath): HttpProblem {
  return new HttpProblem({
    status: 401,
    code: 'read-key-required',
    detail: `Reading this needs the read key. Send it as "Authorization: Bearer <key>", or sign in at ${toPath(signInPath)}.`,
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}
