import { hkdfSync } from 'node:crypto';
import { parseCookie } from 'cookie';
import { sign, unsign } from 'cookie-signature';
import type { CookieOptions, Request, Response } from 'express';

const cookieName = 'footfall-reader';
const lifetimeS = 30 * 86_400;

/** The session of a reader who has signed in. It is a cookie and nothing is stored, so every process knows it. */
export interface ReaderSession {
  begin(request: Request, response: Response): void;
  isValid(request: Request): boolean;
  end(request: Request, response: Response): void;
}

/**
 * Creates the sessions of a read key. The cookie holds its end in Unix seconds, signed with a key that is derived from
 * the read key: another read key ends every session.
 * @param now returns the time in milliseconds
 */
export function createReaderSession(key: string, now = Date.now): ReaderSession {
  const secret = Buffer.from(hkdfSync('sha256', key, '', 'footfall reader session', 32));
  return {
    begin(request, response) {
      const end = Math.floor(now() / 1000) + lifetimeS;
      const options = { ...createOptions(request, response), maxAge: lifetimeS * 1000 };
      response.cookie(cookieName, sign(String(end), secret), options);
    },
    isValid({ headers: { cookie } }) {
      const value = cookie === undefined ? undefined : parseCookie(cookie)[cookieName];
      const end = value === undefined ? false : unsign(value, secret);
      return end !== false && Number(end) * 1000 > now();
    },
    end(request, response) {
      response.clearCookie(cookieName, createOptions(request, response));
    },
  };
}

function createOptions(request: Request, { context }: Response): CookieOptions {
  // The browser knows the scheme even if the proxy that terminates TLS does not report it.
  const secure = request.secure || request.headers.origin?.startsWith('https:') === true;
  return { httpOnly: true, sameSite: 'lax', path: context.toPath('/'), secure };
}
