import type { Load } from './load';

/** What one connection sends and where to. */
export interface PlannedRequests {
  readonly url: URL;
  /** As they go over the wire. */
  readonly requests: readonly Buffer[];
}

/** Plans a load before it is sent: the connections take the addresses in turns, and equal requests share their bytes. */
export function planRequests(
  urls: readonly string[],
  { connections, amount, paths }: Load,
): PlannedRequests[] {
  const encoded = new Map<string, Buffer>();
  const encode = (request: string): Buffer => {
    const bytes = encoded.get(request) ?? Buffer.from(request, 'latin1');
    encoded.set(request, bytes);
    return bytes;
  };
  return Array.from({ length: connections }, (_, n) => {
    const url = new URL(urls[n % urls.length] ?? '');
    const own =
      typeof paths === 'string' ? new Array<string>(amount / connections).fill(paths) : (paths[n] ?? []);
    const requests = own.map((path) => encode(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`));
    return { url, requests };
  });
}
