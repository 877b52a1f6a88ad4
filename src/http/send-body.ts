import type { Response } from 'express';
import { renderOnce } from './render-once';

/**
 * Sends a whole response. Express's `send` would add an ETag, but a cached count is a wrong count.
 * @param headers additional headers, as a flat list of names and values
 */
export function sendBody(
  response: Response,
  status: number,
  type: string,
  body: string | Buffer,
  headers: readonly string[] = [],
): void {
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, ['Content-Type', type, 'Content-Length', length, ...headers]);
  // Node omits the body in the response to HEAD.
  response.end(body);
}

const jsonType = 'application/json; charset=utf-8';

/** Sends JSON with status 200. */
export function sendJson(response: Response, body: unknown, headers: readonly string[] = []): void {
  sendBody(response, 200, jsonType, JSON.stringify(body), headers);
}

const noStore = ['Cache-Control', 'no-store'];

/**
 * Sends JSON with status 200 that caches must not store. It is rendered once for all requests that share the answer.
 * @param present returns what is sent; it must follow from the answer and the question that they share
 */
export function sendSharedJson(
  response: Response,
  answer: object,
  present: () => unknown,
  headers: readonly string[] = [],
): void {
  const { plain } = renderOnce(answer, 'json', () => JSON.stringify(present()));
  sendBody(response, 200, jsonType, plain, [...noStore, ...headers]);
}

/** Sends a redirect to a path of this service, from `ToPath`. */
export function sendRedirect(response: Response, status: 303 | 308, path: string): void {
  const headers = ['Location', path, ...noStore];
  sendBody(response, status, 'text/plain; charset=utf-8', `See ${path}\n`, headers);
}

/** Answers HEAD where GET would record a visit: without a visit there is no body, so no length. */
export function sendHead(response: Response, type: string, headers: readonly string[] = []): void {
  response.writeHead(200, ['Content-Type', type, ...headers]);
  response.end();
}
