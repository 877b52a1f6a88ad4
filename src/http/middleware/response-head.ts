import type { Express, Request, Response } from 'express';

/** Called when the head of a response is written. */
export type ObserveResponse = (request: Request, response: Response, status: number) => void;

/**
 * Adds the headers of its context and the request id to every response of the app, and notifies the
 * observers. It overrides `writeHead`, which every response passes. A header
 * that is already set stays.
 */
export function extendResponseHead(app: Express, observers: readonly ObserveResponse[]): void {
  const writeHead = app.response.writeHead as (this: Response, ...args: unknown[]) => Response;
  const extended = function (this: Response, status: number, ...args: unknown[]): Response {
    const [fields] = args;
    const { id, headers } = this.context;
    for (const observe of observers) observe(this.req, this, status);
    // Node writes a flat list fastest if no header is set yet. Recording a visit takes this path.
    if (Array.isArray(fields) && this.getHeaderNames().length === 0) {
      return writeHead.call(this, status, [...(fields as string[]), 'X-Request-Id', id, ...headers.flat]);
    }
    this.setHeader('X-Request-Id', id);
    for (const [name, value] of headers.pairs) {
      if (name === 'Vary') this.vary(value);
      else if (!this.hasHeader(name)) this.setHeader(name, value);
    }
    return writeHead.call(this, status, ...args);
  };
  app.response.writeHead = extended as Response['writeHead'];
}
