import type { Request, Response } from 'express';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { Body } from '../render-once';
import { sendCompressed } from '../send-compressed';

/** Renders the HTML of a page. */
export function renderPage(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

/** Sends a page. Caches must not store it, because its numbers change. */
export function sendPage(request: Request, response: Response, status: number, page: Body): Promise<void> {
  // Numbers are formatted in the reader's language.
  response.vary('Accept-Language');
  response.set('Cache-Control', 'no-store');
  return sendCompressed(request, response, status, 'text/html; charset=utf-8', page);
}
