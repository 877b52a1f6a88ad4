import { makeBadge } from 'badge-maker';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { BadgeOptions } from './badge-query';
import { formatCount } from './format-count';
import { loadLogo } from './load-logo';

/** Shown if the number cannot be read. */
const unknown = '–';

// Rendering takes longer than the rest of a request, and the same badges are requested again and again.
const rendered = new LRUCache<string, string>({
  max: 500,
  memoMethod: (format) => makeBadge(JSON.parse(format) as Parameters<typeof makeBadge>[0]),
});

/** Renders a badge as SVG. The library escapes the label. The last renderings are kept. */
export function renderBadge(counts: readonly string[] | undefined, options: BadgeOptions): string {
  const { label, color, labelColor, logo, style } = options;
  const format = JSON.stringify({
    label,
    message: renderMessage(counts, options),
    color: counts === undefined ? 'lightgrey' : color,
    ...(labelColor === undefined ? {} : { labelColor }),
    // The colours that shields.io gives to logos.
    ...(logo === undefined ? {} : { logoBase64: loadLogo(logo, style === 'social' ? '#333' : 'whitesmoke') }),
    style,
  });
  return rendered.memo(format);
}

/** A badge for shields.io. https://shields.io/badges/endpoint-badge */
export const badgeSchema = z
  .object({
    schemaVersion: z.literal(1),
    label: z.string(),
    message: z.string(),
    color: z.string(),
    labelColor: z.string().optional(),
    namedLogo: z.string().optional(),
    style: z.string(),
    isError: z.boolean().optional().describe('True if the number cannot be read.'),
  })
  .meta({ id: 'Badge', description: 'A badge in the endpoint schema of shields.io.' });

/** Presents a badge for shields.io. */
export function presentBadge(
  counts: readonly string[] | undefined,
  options: BadgeOptions,
): z.infer<typeof badgeSchema> {
  const { label, color, labelColor, logo, style } = options;
  return {
    schemaVersion: 1,
    label,
    message: renderMessage(counts, options),
    color,
    ...(labelColor === undefined ? {} : { labelColor }),
    ...(logo === undefined ? {} : { namedLogo: logo }),
    style,
    ...(counts === undefined ? { isError: true } : {}),
  };
}

function renderMessage(counts: readonly string[] | undefined, options: BadgeOptions): string {
  return counts?.map((count) => formatCount(count, options)).join(' / ') ?? unknown;
}
