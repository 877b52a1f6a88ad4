import { isIP } from 'node:net';

const knownNetworks = new Set(['loopback', 'linklocal', 'uniquelocal']);

/**
 * Whether this names proxies that Express's `trust proxy` understands: an address, a network, or a word for several.
 * https://expressjs.com/en/guide/behind-proxies.html
 */
export function isTrustable(name: string): boolean {
  if (knownNetworks.has(name)) return true;
  const [, address = '', prefix] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(name) ?? [];
  const version = isIP(address);
  if (version === 0) return false;
  if (prefix === undefined) return true;
  // Express refuses a network of everybody.
  return Number(prefix) >= 1 && Number(prefix) <= (version === 4 ? 32 : 128);
}
