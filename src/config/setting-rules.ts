import { isIP } from 'node:net';
import { z } from 'zod';

/** A whole number within bounds. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER) {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const error = `must be a whole number ${bounds}`;
  const isAllowed = (value: number): boolean => value >= min && value <= max;
  // `Number` would read a blank as 0, which means unlimited or any free port.
  return z.string().regex(/^\d+$/, { error }).transform(Number).refine(isAllowed, { error });
}

/** A duration of up to ten minutes. */
export const milliseconds = integer(1, 600_000);

/** A host name, an address with or without brackets, or the folder of a socket, without a port. */
export const databaseHost = z
  .string()
  .transform((host) => host.replace(/^\[(.*)\]$/, '$1'))
  .refine((host) => host.startsWith('/') || isIP(host) !== 0 || !/[\s:/@]/.test(host), {
    error: 'must be a host without a port; set DB_PORT for the port',
  });

/** One of the given words. */
export function choice<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

/** Origins of pages, separated by commas, or `*` for all. */
export const originList = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine((origins) => origins.every(isOrigin), {
    error: 'must be * or origins such as https://example.org, separated by commas and without a path',
  });

// Browsers send an origin in this form.
function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text && text !== 'null');
}

/** A path without a slash at its end, of characters that need no encoding. */
export const basePath = z
  .string()
  // `.` and `..` would be resolved by browsers, and a first segment `-` holds the paths of the service.
  .regex(/^(?!\/-(?:\/|$))(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._~-]+)+$/, {
    error:
      'must be a path such as /count or /tools/count: letters, digits and - . _ ~ after each slash, and no slash at the end',
  });

/** Proxies for Express's `trust proxy`, separated by commas. */
export const proxyList = z.string().refine((list) => list.split(',').every(isProxy), {
  error:
    'must be addresses, networks such as 10.0.0.0/8, loopback, linklocal, or uniquelocal, separated by commas',
});

const networkNames = new Set(['loopback', 'linklocal', 'uniquelocal']);

// https://expressjs.com/en/guide/behind-proxies.html
function isProxy(text: string): boolean {
  const name = text.trim();
  if (networkNames.has(name)) return true;
  const [, address = '', prefix] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(name) ?? [];
  const version = isIP(address);
  if (version === 0) return false;
  if (prefix === undefined) return true;
  // Express refuses prefix 0, the network of all addresses.
  return Number(prefix) >= 1 && Number(prefix) <= (version === 4 ? 32 : 128);
}
