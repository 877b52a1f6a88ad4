import type { Response } from 'express';

/**
 * Writes a whole answer. Express's own `send` would hash the body for an ETag, which a counter's answer must not
 * have: a cached number is a wrong number.
 * @param headers further ones, as a flat list of names and values
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
  // Node leaves the body of a HEAD answer out by itself.
  response.end(body);
}

/** Answers 200 with JSON. */
export function sendJson(response: Response, body: unknown, headers: readonly string[] = []): void {
  sendBody(response, 200, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}

/** Answers a HEAD whose GET would change something: nothing is known of the body, so its length is not told. */
export function sendHead(response: Response, type: string, headers: readonly string[] = []): void {
  response.writeHead(200, ['Content-Type', type, ...headers]);
  response.end();
}
