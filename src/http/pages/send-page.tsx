import type { Request, Response } from 'express';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { ToPath } from '../base-path';
import type { Body } from '../render-once';
import { sendCompressed } from '../send-compressed';
import { ToPathContext } from './use-to-path';

/** Renders the HTML of a page, whose links `toPath` makes. */
export function renderPage(page: VNode, toPath: ToPath): string {
  return `<!doctype html>${renderToString(<ToPathContext.Provider value={toPath}>{page}</ToPathContext.Provider>)}`;
}

/** Sends a page. Caches must not store it, because its numbers change. */
export function sendPage(request: Request, response: Response, status: number, page: Body): Promise<void> {
  // Numbers are formatted in the reader's language.
  response.vary('Accept-Language');
  response.set('Cache-Control', 'no-store');
  return sendCompressed(request, response, status, 'text/html; charset=utf-8', page);
}
