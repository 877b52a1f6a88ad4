import type { Response } from 'express';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { sendBody } from '../send-body';

/** Sends a page. Caches must not store it, because its numbers change. */
export function sendPage(response: Response, status: number, page: VNode): void {
  // Numbers are formatted in the reader's language.
  response.vary('Accept-Language');
  response.set('Cache-Control', 'no-store');
  sendBody(response, status, 'text/html; charset=utf-8', `<!doctype html>${renderToString(page)}`);
}
