import type { Response } from 'express';

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

/** Sends JSON with status 200. */
export function sendJson(response: Response, body: unknown, headers: readonly string[] = []): void {
  sendBody(response, 200, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}

/** Answers HEAD where GET would record a visit: without a visit there is no body, so no length. */
export function sendHead(response: Response, type: string, headers: readonly string[] = []): void {
  response.writeHead(200, ['Content-Type', type, ...headers]);
  response.end();
}
