import type { Request, Response } from 'express';
import type { Body, Encoding } from './render-once';
import { sendBody } from './send-body';

// A smaller body fits into one packet anyway.
const minBytes = 1024;

/** Sends a whole response in the first of br and gzip that the client accepts. */
export async function sendCompressed(
  request: Request,
  response: Response,
  status: number,
  type: string,
  body: Body,
): Promise<void> {
  response.vary('Accept-Encoding');
  const encoding = body.plain.length < minBytes ? undefined : chooseEncoding(request);
  if (encoding === undefined) {
    sendBody(response, status, type, body.plain);
    return;
  }
  sendBody(response, status, type, await body.compress(encoding), ['Content-Encoding', encoding]);
}

function chooseEncoding(request: Request): Encoding | undefined {
  // The response to HEAD has no body.
  if (request.method === 'HEAD') return undefined;
  return (['br', 'gzip'] as const).find((encoding) => request.acceptsEncodings(encoding) !== false);
}
