import { isIP } from 'node:net';
import type { Express, Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';

// Providers usually assign a /56 to a customer, so a client with many addresses is counted once.
const ipv6Prefix = 56;

/** Makes the app trust `X-Forwarded-For` of these proxies, however their addresses are written. */
export function trustProxies(app: Express, proxies: readonly string[]): void {
  app.set('trust proxy', proxies);
  const isTrusted = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  app.set('trust proxy', (reported: string | undefined, hop: number) => {
    const address = parseAddress(reported);
    return address !== undefined && isTrusted(address, hop);
  });
}

/**
 * Finds the address of the client. If a trusted proxy reports something else, such as "unknown",
 * the proxy counts as the client.
 */
function findClientAddress({ ips, socket }: Request): string {
  // A disconnected client has no address, and gets no response either.
  return [...ips, socket.remoteAddress].map(parseAddress).find((address) => address !== undefined) ?? '';
}

/** Returns what a client is to the limits: an IPv4 address, or the /56 of an IPv6 address. */
export function identifyClient(request: Request): string {
  return ipKeyGenerator(findClientAddress(request), ipv6Prefix);
}

/**
 * Parses an address as proxies write it: with a port, in brackets, in quotes, with an IPv6 zone.
 * @returns undefined if it is not an IP address.
 */
function parseAddress(reported = ''): string | undefined {
  const text = reported.trim().replace(/^"([^"]*)"$/, '$1');
  const bracketed = /^\[([^\]]+)\](?::[\w.-]*)?$/.exec(text);
  const withPort = /^([\d.]+):[\w.-]*$/.exec(text);
  const [address = ''] = (bracketed?.[1] ?? withPort?.[1] ?? text).split('%');
  return isIP(address) === 0 ? undefined : address;
}
