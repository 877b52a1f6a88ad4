/**
 * `/-/count.js`, which other sites embed: counts the page that loads it, and shows numbers in its elements.
 * `docs/http.md` describes the attributes. It is a bundle of its own, at most 1 KB compressed.
 */
const script = document.currentScript as HTMLScriptElement | null;
if (script) start(script);

function start({ src, dataset }: HTMLScriptElement): void {
  const name = dataset['name'] ?? createPageName(location);
  // Read on each load, because a script of the page may have set it.
  const { doNotTrack, globalPrivacyControl } = navigator as { doNotTrack?: string | null } & {
    globalPrivacyControl?: boolean;
  };
  const isRefused =
    dataset['respectPrivacy'] !== undefined && (doNotTrack === '1' || globalPrivacyControl === true);

  const ask = async (path: string, method: 'GET' | 'POST'): Promise<number | undefined> => {
    const response = await fetch(new URL(path, src), {
      method,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      keepalive: true,
    });
    if (method === 'GET' && response.status === 404) return 0;
    return response.ok ? ((await response.json()) as { visits: number }).visits : undefined;
  };
  const read = (visitor: string) => ask(`visitors/${encodeURIComponent(visitor)}`, 'GET');
  const count = () => {
    const once = dataset['once'] === undefined ? '' : `&once=${encodeURIComponent(dataset['once'])}`;
    return ask(`visits?name=${encodeURIComponent(name)}${once}`, 'POST');
  };
  const load = async (): Promise<void> => {
    try {
      const own = await (isRefused ? read(name) : count());
      for (const element of document.querySelectorAll<HTMLElement>('[data-footfall]')) {
        const other = element.dataset['footfall'];
        const visits = other ? await read(other) : own;
        if (visits !== undefined) element.textContent = String(visits);
      }
    } catch {
      // The service is away: the page stays as it is.
    }
  };

  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', () => void load(), { once: true });
  } else void load();
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void load();
  });
}

/**
 * Names a page by host and path, as `src/shared/username.ts` accepts it. Percent-encoding is decoded, unless the
 * result is not UTF-8 or may not be part of a name.
 */
function createPageName({ host, pathname }: Location): string {
  const path = pathname.replace(/(%[\da-f]{2})+/gi, (encoded) => {
    try {
      const decoded = decodeURIComponent(encoded);
      return /[^\P{C}\u200c\u200d]|\\/u.test(decoded) ? encoded : decoded;
    } catch {
      return encoded;
    }
  });
  const segments = `${host}/${path}`.split('/').filter((segment) => !/^\.{0,2}$/.test(segment));
  return Array.from(segments.join('/').normalize())
    .slice(0, 255)
    .join('')
    .replace(/^\s+|[\s/]+$/g, '');
}
