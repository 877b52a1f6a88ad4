import type { Express, Request, Response } from 'express';
import type { HeaderPairs } from './security-headers';

/** Called when the head of a response is written. */
export type ObserveResponse = (request: Request, response: Response, status: number) => void;

/**
 * Adds the given headers and the request id to every response of the app, and notifies the
 * observers. It overrides `writeHead`, which every response passes. A header that the response has
 * already, or gets with its status, stays.
 */
export function extendResponseHead(
  app: Express,
  headers: HeaderPairs,
  observers: readonly ObserveResponse[],
): void {
  const writeHead = app.response.writeHead as (this: Response, ...args: unknown[]) => Response;
  const flat = headers.flat();
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const extended = function (this: Response, status: number, ...args: unknown[]): Response {
    const [fields] = args;
    const { id } = this.context;
    for (const observe of observers) observe(this.req, this, status);
    // Node writes a flat list fastest if no header is set yet. Recording a visit takes this path.
    if (Array.isArray(fields) && this.getHeaderNames().length === 0) {
      const given = fields as string[];
      const added = hasAny(given, names) ? omit(headers, given).flat() : flat;
      return writeHead.call(this, status, [...given, 'X-Request-Id', id, ...added]);
    }
    this.setHeader('X-Request-Id', id);
    for (const [name, value] of headers) if (!this.hasHeader(name)) this.setHeader(name, value);
    return writeHead.call(this, status, ...args);
  };
  app.response.writeHead = extended as Response['writeHead'];
}

function hasAny(fields: readonly string[], names: ReadonlySet<string>): boolean {
  for (let at = 0; at < fields.length; at += 2) if (names.has(fields[at]?.toLowerCase() ?? '')) return true;
  return false;
}

function omit(headers: HeaderPairs, fields: readonly string[]): HeaderPairs {
  const given = new Set(fields.filter((_field, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  return headers.filter(([name]) => !given.has(name.toLowerCase()));
}
