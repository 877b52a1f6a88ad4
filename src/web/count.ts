/**
 * `/-/count.js`, which other sites embed: counts the page that loads it, and shows numbers in its elements.
 * `docs/http.md` describes the attributes. It is a bundle of its own, at most 1 KB compressed.
 */
const script = document.currentScript as HTMLScriptElement | null;
if (script) start(script);

function start({ src, dataset }: HTMLScriptElement): void {
  const names = dataset['name'] === undefined ? createPageNames(location) : [dataset['name']];
  // Read on each load, because a script of the page may have set it.
  const { doNotTrack, globalPrivacyControl } = navigator as { doNotTrack?: string | null } & {
    globalPrivacyControl?: boolean;
  };
  const isRefused =
    dataset['respectPrivacy'] !== undefined && (doNotTrack === '1' || globalPrivacyControl === true);

  // Returns null if the service refuses the name, and undefined if it does not answer as it should.
  const ask = async (path: string, method: 'GET' | 'POST'): Promise<number | null | undefined> => {
    const response = await fetch(new URL(path, src), {
      method,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      keepalive: true,
    });
    if (method === 'GET' && response.status === 404) return 0;
    if (response.status === 400) return null;
    return response.ok ? ((await response.json()) as { visits: number }).visits : undefined;
  };
  const read = (visitor: string) => ask(`visitors/${encodeURIComponent(visitor)}`, 'GET');
  const count = (name: string) => {
    const once = dataset['once'] === undefined ? '' : `&once=${encodeURIComponent(dataset['once'])}`;
    return ask(`visits?name=${encodeURIComponent(name)}${once}`, 'POST');
  };
  const load = async (): Promise<void> => {
    try {
      let own: number | null | undefined = null;
      for (const name of names) {
        if (own === null || own === 0) own = await (isRefused ? read(name) : count(name));
      }
      for (const element of document.querySelectorAll<HTMLElement>('[data-footfall]')) {
        const other = element.dataset['footfall'];
        const visits = other ? await read(other) : own;
        if (typeof visits === 'number') element.textContent = String(visits);
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

/** Names a page by host and path: first with percent-encoding decoded, then, should the service refuse that, as it is. */
function createPageNames({ host, pathname }: Location): string[] {
  const paths = [pathname];
  try {
    paths.unshift(decodeURIComponent(pathname));
  } catch {
    // It is not UTF-8.
  }
  return paths.map((path) => toName(`${host}/${path}`));
}

/** Leaves out what no name of `src/shared/username.ts` has. */
function toName(path: string): string {
  const segments = path.split('/').filter((segment) => !/^\.{0,2}$/.test(segment));
  return Array.from(segments.join('/').normalize())
    .slice(0, 255)
    .join('')
    .replace(/^\s+|[\s/]+$/g, '');
}
