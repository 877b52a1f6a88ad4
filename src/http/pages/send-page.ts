import type { Response } from 'express';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { sendBody } from '../send-body';

/** Answers with a page. Its numbers are of this moment, so nobody keeps it. */
export function sendPage(response: Response, status: number, page: VNode): void {
  // Numbers are written in the language of the reader.
  response.vary('Accept-Language');
  response.set('Cache-Control', 'no-store');
  sendBody(response, status, 'text/html; charset=utf-8', `<!doctype html>${renderToString(page)}`);
}
