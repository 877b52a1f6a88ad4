import type { Express, Request, Response } from 'express';
import type { HeaderPairs } from './security-headers';

/** Told of each answer at the moment its head is written. */
export type ObserveResponse = (request: Request, response: Response, status: number) => void;

/**
 * Makes every answer of the app carry the given headers and its request id, and tells the observers of it, at the one
 * place that all answers pass, whoever writes them. A header that was set before wins.
 */
export function extendResponseHead(
  app: Express,
  headers: HeaderPairs,
  observers: readonly ObserveResponse[],
): void {
  const writeHead = app.response.writeHead as (this: Response, ...args: unknown[]) => Response;
  const flat = headers.flat();
  const extended = function (this: Response, status: number, ...args: unknown[]): Response {
    const [fields] = args;
    const { id } = this.context;
    for (const observe of observers) observe(this.req, this, status);
    // A flat list and nothing set before is what Node writes fastest: the way of the route that counts.
    if (Array.isArray(fields) && this.getHeaderNames().length === 0) {
      return writeHead.call(this, status, [...(fields as string[]), 'X-Request-Id', id, ...flat]);
    }
    this.setHeader('X-Request-Id', id);
    for (const [name, value] of headers) if (!this.hasHeader(name)) this.setHeader(name, value);
    return writeHead.call(this, status, ...args);
  };
  app.response.writeHead = extended as Response['writeHead'];
}
