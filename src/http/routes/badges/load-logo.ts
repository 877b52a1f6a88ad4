import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';

// The package loads all icons at once, 5 MB, so single files are read.
const logos = new LRUCache<string, { readonly svg: string | undefined }>({
  max: 200,
  memoMethod: (slug) => ({ svg: readLogo(slug) }),
});

/** Tells whether Simple Icons has an icon with this slug. https://simpleicons.org */
export function hasLogo(slug: string): boolean {
  return /^[a-z0-9_]{1,60}$/.test(slug) && logos.memo(slug).svg !== undefined;
}

/** Returns an icon of Simple Icons in one colour, as a data URL. */
export function loadLogo(slug: string, fill: string): string {
  const svg = logos.memo(slug).svg?.replace('<svg ', `<svg fill="${fill}" `) ?? '';
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

function readLogo(slug: string): string | undefined {
  try {
    return readFileSync(require.resolve(`simple-icons/icons/${slug}.svg`), 'utf8');
  } catch {
    return undefined;
  }
}
