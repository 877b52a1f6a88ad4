import { isbot } from 'isbot';
import { LRUCache } from 'lru-cache';

// Each of them fetches an image because a person looks at it: GitHub and GitLab, Gmail, Yahoo Mail.
const imageProxy = /\bcamo\b|GoogleImageProxy|YahooMailProxy/i;

/** Whether a `User-Agent` is that of a proxy that fetches images for people. */
export function isImageProxy(userAgent: string): boolean {
  return imageProxy.test(userAgent);
}

/**
 * Programs and HTTP libraries that do nothing by themselves. The list of `isbot` has them, but operators who count with
 * one of them would find out late that nothing is counted. `docs/http.md` names them too.
 */
const programs = [
  'curl|wget|httpie|postmanruntime|python|python-requests|python-urllib|python-httpx|aiohttp',
  'go-http-client|okhttp|java|java-http-client|apache-httpclient|node|node-fetch|undici|axios',
  'got|deno|bun|ruby|faraday|guzzlehttp|php|libwww-perl|reqwest',
];
const program = new RegExp(`^(?:${programs.join('|')})(?:[/ ]|$)`, 'i');

// Few clients have a longer one, and the time to examine it grows with its length.
const maxLength = 512;

/**
 * Creates the check whether a `User-Agent` is that of a crawler or a link preview. It remembers its answers, because
 * the list takes about a tenth of the time of a visit.
 */
export function createBotCheck(): (userAgent: string | undefined) => boolean {
  const remembered = new LRUCache<string, boolean>({ max: 1000, memoMethod: isBot });
  return (userAgent = '') =>
    userAgent.length > maxLength ? isBot(userAgent.slice(0, maxLength)) : remembered.memo(userAgent);
}

function isBot(userAgent: string): boolean {
  return isbot(userAgent) && !isImageProxy(userAgent) && !program.test(userAgent);
}
